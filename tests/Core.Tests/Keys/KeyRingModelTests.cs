using FsCheck;
using FsCheck.Fluent;
using Portcullis.Keys.Model;

namespace Portcullis.Keys;

/// <summary>Random fates of an installation against a model that knows tokens and players only.</summary>
public sealed class KeyRingModelTests
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 5_000 : 300;

    private static readonly Gen<int> Seconds = Gen.OneOf(Gen.Choose(1, 5), Gen.Choose(20, 120), Gen.Choose(300, 900), Gen.Choose(3_600, 100_000));

    private static readonly Gen<WorldOperation> Operation = Gen.Frequency(
        (10, Seconds.Select(WorldOperation (seconds) => new WorldOperation.Wait(seconds))),
        (1, Seconds.Select(WorldOperation (seconds) => new WorldOperation.Pause(seconds))),
        (2, from seconds in Seconds from back in Gen.Elements(-1, 1) select (WorldOperation)new WorldOperation.SetClock(seconds * back)),
        (1, from days in Gen.Choose(1, 400) from back in Gen.Elements(-1, 1) select (WorldOperation)new WorldOperation.SetClock(days * 86_400L * back)),
        (3, from target in Gen.Choose(0, 2) from isUp in Gen.Elements(true, true, false) from delay in Gen.Elements(0, 0, 3, 90, 300) select (WorldOperation)new WorldOperation.Reach(target, isUp, delay)),
        (2, from target in Gen.Choose(0, 2) from state in Gen.Choose(0, 1_000) select (WorldOperation)new WorldOperation.Lose(target, state)),
        (4, from fault in Faults() from retries in Gen.Choose(0, 2) select (WorldOperation)new WorldOperation.Rotate(false, fault, retries)),
        (1, from fault in Faults() from retries in Gen.Choose(0, 2) select (WorldOperation)new WorldOperation.Rotate(true, fault, retries)),
        (3, Faults().Select(WorldOperation (fault) => new WorldOperation.Break(fault))),
        (12, Gen.OneOf(Gen.Choose(10, 600), Gen.Choose(3_600, 86_400), Gen.Constant(86_400)).Select(WorldOperation (lifetime) => new WorldOperation.Mint(lifetime))),
        (1, Gen.Constant<WorldOperation>(new WorldOperation.Kill())));

    [Theory]
    [InlineData(null)]
    [InlineData(24)]
    [InlineData(1)]
    public void Ring_WhateverHappens_KeepsItsPromises(int? hours)
    {
        var options = new KeyRotationOptions { RotateEvery = hours is { } every ? TimeSpan.FromHours(every) : null };
        var (minted, emergencies) = (0, 0);
        Seeded.Holds(
            Arb.From(Operation.ListOf().Select(fate => fate.ToList()).Resize(150), Shorter),
            fate =>
            {
                var world = new World(options);
                try
                {
                    foreach (var operation in fate)
                        world.Do(operation);
                    world.Recover();
                }
                catch (Exception error)
                {
                    throw new InvalidOperationException($"{error.Message}\n{string.Join('\n', fate)}", error);
                }
                minted += world.Minted;
                emergencies += world.Emergencies;
                return true;
            },
            Cases);

        Assert.True(minted > Cases * 2 && emergencies > Cases / 10, $"only {minted} tokens and {emergencies} emergencies in {Cases} fates");
    }

    /// <summary>A fate without some of what happened in it.</summary>
    private static IEnumerable<List<WorldOperation>> Shorter(List<WorldOperation> fate)
    {
        for (var length = fate.Count / 2; length >= 1; length /= 2)
        {
            for (var start = 0; start + length <= fate.Count; start += length)
                yield return [.. fate[..start], .. fate[(start + length)..]];
        }
    }

    private static Gen<Fault> Faults() => Gen.Elements(Fault.None, Fault.None, Fault.Fails, Fault.FailsButIsKept, Fault.DiesBefore, Fault.DiesAfter);
}
