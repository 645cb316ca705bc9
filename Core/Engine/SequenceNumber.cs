using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Portcullis.Engine;

/// <summary>A record's number within a shard: a decimal number of up to 129 digits that only grows.</summary>
/// <remarks>Format: Kinesis API reference, SequenceNumber, <c>0|([1-9]\d{0,128})</c>.</remarks>
public readonly record struct SequenceNumber : IComparable<SequenceNumber>
{
    /// <summary>Most digits of a number.</summary>
    public const int MaxLength = 129;

    private readonly string? _digits;

    private SequenceNumber(string digits) => _digits = digits;

    /// <summary>Reads a number.</summary>
    /// <exception cref="FormatException">It is none: 1 to 129 digits without leading zeros.</exception>
    public static SequenceNumber Parse(string text) =>
        TryParse(text, out var number) ? number : throw new FormatException($"'{text}' is no sequence number: 1 to {MaxLength} digits without leading zeros.");

    /// <summary>Reads a number; false when it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SequenceNumber number)
    {
        var isNumber = text is { Length: > 0 and <= MaxLength } && !text.AsSpan().ContainsAnyExceptInRange('0', '9') && (text[0] != '0' || text.Length == 1);
        number = isNumber ? new SequenceNumber(text!) : default;
        return isNumber;
    }

    /// <summary>A text that sorts, character by character, as the numbers do: how many digits there are, in three, and the digits.</summary>
    public string ToSortable() => string.Create(CultureInfo.InvariantCulture, $"{ToString().Length:d3}{this}");

    /// <inheritdoc/>
    public int CompareTo(SequenceNumber other)
    {
        var (mine, theirs) = (ToString(), other.ToString());
        return mine.Length != theirs.Length ? mine.Length.CompareTo(theirs.Length) : string.CompareOrdinal(mine, theirs);
    }

    /// <summary>The digits.</summary>
    public override string ToString() => _digits ?? "0";

    /// <summary>Whether one number is smaller.</summary>
    public static bool operator <(SequenceNumber left, SequenceNumber right) => left.CompareTo(right) < 0;

    /// <summary>Whether one number is greater.</summary>
    public static bool operator >(SequenceNumber left, SequenceNumber right) => left.CompareTo(right) > 0;

    /// <summary>Whether one number is smaller, or the same.</summary>
    public static bool operator <=(SequenceNumber left, SequenceNumber right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one number is greater, or the same.</summary>
    public static bool operator >=(SequenceNumber left, SequenceNumber right) => left.CompareTo(right) >= 0;
}
