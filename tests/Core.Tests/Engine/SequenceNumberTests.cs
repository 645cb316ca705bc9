using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Portcullis.Engine;

namespace Portcullis.Core.Tests.Engine;

public sealed class SequenceNumberTests
{
    private static readonly Arbitrary<(BigInteger Left, BigInteger Right)> Pairs =
        (from left in Gen.Choose(0, 9).ArrayOf()
         from right in Gen.Choose(0, 9).ArrayOf()
         select (Number(left), Number(right))).ToArbitrary();

    [Fact]
    public void CompareTo_AnyTwo_IsTheNumbersOrderAndThatOfTheSortableTexts() => Seeded.Holds(Pairs, pair =>
    {
        var (left, right) = (SequenceNumber.Parse(Text(pair.Left)), SequenceNumber.Parse(Text(pair.Right)));
        var expected = Math.Sign(pair.Left.CompareTo(pair.Right));
        return Math.Sign(left.CompareTo(right)) == expected
            && Math.Sign(string.CompareOrdinal(left.ToSortable(), right.ToSortable())) == expected
            && left == right == (expected == 0);
    });

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("01")]
    [InlineData("1a")]
    [InlineData(" 1")]
    [InlineData("LATEST")]
    public void Parse_NoNumber_Refuses(string text) => Assert.Throws<FormatException>(() => SequenceNumber.Parse(text));

    [Fact]
    public void Parse_LongerThanAllowed_Refuses()
    {
        Assert.Equal(SequenceNumber.MaxLength, SequenceNumber.Parse(new string('9', SequenceNumber.MaxLength)).ToString().Length);
        Assert.Throws<FormatException>(() => SequenceNumber.Parse(new string('9', SequenceNumber.MaxLength + 1)));
    }

    private static BigInteger Number(int[] digits) => digits.Take(SequenceNumber.MaxLength).Aggregate(BigInteger.Zero, (number, digit) => (number * 10) + digit);

    private static string Text(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);
}
