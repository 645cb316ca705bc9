using FsCheck;
using FsCheck.Fluent;

namespace Portcullis.Revocations;

/// <summary>
/// Random lives of a ledger: verdicts, people, concurrency, retries, lost answers, crashes and clocks that are set. After every step it is
/// what an independent model says: no acknowledged decision lost, none doubled, no lift or drop undone by old evidence, and never more
/// automatic revocations of an asset in 60 s than the breaker's limit.
/// </summary>
internal static class LedgerLife
{
    private static readonly Gen<Step> AnyStep =
        from kind in Gen.Frequency(
            (6, Gen.Constant(StepKind.Verdict)), (4, Gen.Constant(StepKind.Wave)), (2, Gen.Constant(StepKind.Lift)), (3, Gen.Constant(StepKind.Drop)), (3, Gen.Constant(StepKind.Release)),
            (1, Gen.Constant(StepKind.Revoke)), (1, Gen.Constant(StepKind.Disarm)), (2, Gen.Constant(StepKind.Arm)), (2, Gen.Constant(StepKind.Pass)), (2, Gen.Constant(StepKind.Jump)),
            (2, Gen.Constant(StepKind.Crash)), (1, Gen.Constant(StepKind.Fault)), (1, Gen.Constant(StepKind.LostAnswer)), (2, Gen.Constant(StepKind.Sweep)))
        from sid in Gen.Choose(0, 11)
        from asset in Gen.Choose(0, 1)
        from size in Gen.Choose(0, 100)
        select new Step(kind, sid, asset, size);

    private enum StepKind { Verdict, Wave, Lift, Drop, Release, Revoke, Disarm, Arm, Pass, Jump, Crash, Fault, LostAnswer, Sweep }

    private sealed record Step(StepKind Kind, int Sid, int Asset, int Size);

    /// <summary>Lives random lives.</summary>
    /// <param name="open">Opens a ledger over a new store.</param>
    /// <param name="cases">How many.</param>
    public static void Live(Func<TimeProvider, BreakerOptions, Task<ILedgerDriver>> open, int cases) => Seeded.Holds(AnyStep.ListOf(40).Values(), steps =>
    {
        LiveAsync(open, steps).GetAwaiter().GetResult();
        return true;
    }, cases);

    private static async Task LiveAsync(Func<TimeProvider, BreakerOptions, Task<ILedgerDriver>> open, IEnumerable<Step> steps)
    {
        await using var world = await LedgerWorld.CreateAsync(open);
        foreach (var step in steps)
        {
            await TakeAsync(world, step);
            await world.CheckAsync();
        }
        await world.CrashAsync();
        await world.CheckAsync();
    }

    private static Task TakeAsync(LedgerWorld world, Step step)
    {
        var subject = Subject.Session($"s{step.Sid}");
        switch (step.Kind)
        {
            case StepKind.Verdict:
                return world.AppendAsync(world.Verdict(step.Sid, step.Asset, step.Size / 10));
            case StepKind.Wave:
                var wave = Enumerable.Range(0, 12).Select(i => world.Verdict(1_000 + (step.Size * 12) + i, step.Asset, 0)).ToArray();
                // Each of them twice and all at once, as two readers deliver the same lines.
                return world.AppendAsync([.. wave, .. wave]);
            case StepKind.Lift:
                return world.AppendAsync(world.Person(DecisionKind.Lift, subject));
            case StepKind.Drop or StepKind.Release:
                var held = world.Ledger.Current.Held(world.Now).Select(hold => hold.Subject).DefaultIfEmpty(subject).ToList();
                return world.AppendAsync(world.Person(step.Kind == StepKind.Drop ? DecisionKind.Drop : DecisionKind.Release, held[step.Size % held.Count]));
            case StepKind.Revoke:
                return world.AppendAsync(world.Person(DecisionKind.Revoke, subject));
            case StepKind.Disarm or StepKind.Arm:
                return world.AppendAsync(world.Person(step.Kind == StepKind.Disarm ? DecisionKind.Disarm : DecisionKind.Arm, Subject.Installation));
            case StepKind.Pass:
                world.Pass(step.Size);
                return Task.CompletedTask;
            case StepKind.Jump:
                // Half of the jumps go back; half go beyond the end of what stands.
                return world.JumpAsync((step.Size - 50) * (step.Sid < 6 ? 10_000 : 1));
            case StepKind.Crash:
                return world.CrashAsync();
            case StepKind.Fault:
                return world.AppendThroughAFaultAsync(world.Verdict(step.Sid, step.Asset, step.Size / 10));
            case StepKind.LostAnswer:
                return world.LoseAnAnswerAsync(world.Verdict(step.Sid, step.Asset, 0));
            default:
                return world.SweepAsync();
        }
    }
}
