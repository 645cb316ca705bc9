using FsCheck.Fluent;

namespace Portcullis.Tokens;

public sealed class FixedTimeTests
{
    [Fact]
    public void AreEqual_AnyBytes_AgreesWithSequenceEqual() =>
        Seeded.Holds(Gen.Choose(0, 70).SelectMany(length => Gen.Choose(0, 255).ArrayOf(length)).Values(), values =>
        {
            var bytes = values.Select(value => (byte)value).ToArray();
            for (var i = 0; i < bytes.Length; i++)
            {
                var changed = (byte[])bytes.Clone();
                changed[i] ^= 1;
                if (FixedTime.AreEqual(bytes, changed))
                    return false;
            }
            return FixedTime.AreEqual(bytes, (byte[])bytes.Clone()) && !FixedTime.AreEqual(bytes, [.. bytes, 0]);
        });
}
