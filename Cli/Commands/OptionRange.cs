using System.CommandLine;
using System.Globalization;

namespace Portcullis.Cli.Commands;

/// <summary>Range checks of numeric options, reported as bad usage.</summary>
internal static class OptionRange
{
    /// <summary>Refuses values outside <paramref name="least"/> to <paramref name="most"/>, both allowed.</summary>
    public static void Between<T>(this Option<T> option, T least, T most)
        where T : struct, IComparable<T>, ISpanParsable<T>, IFormattable =>
        option.Validators.Add(result =>
        {
            // What is no number at all is reported by the library, after the validators.
            var culture = CultureInfo.InvariantCulture;
            if (result.Tokens is [var token] && T.TryParse(token.Value, culture, out var value) && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
            {
                result.AddError($"{option.Name} is {token.Value}; allowed are {least.ToString(null, culture)} to {most.ToString(null, culture)}");
            }
        });
}
