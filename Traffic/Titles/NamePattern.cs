using System.Globalization;
using System.Text;
using Portcullis.Traffic.Lines;

namespace Portcullis.Traffic.Titles;

/// <summary>The path of one kind of object in one rendition, with a place for a number.</summary>
/// <remarks>
/// Written as a template: <c>{n}</c> is the number, <c>{n5}</c> with leading zeros to 5 digits, <c>{p}</c> the part;
/// <c>{t}</c> the title's folder, <c>{r}</c> the rendition's index, <c>{h}</c> its height, <c>{b}</c> its bitrate, <c>{c}</c> its code.
/// </remarks>
internal sealed class NamePattern
{
    private readonly byte[] _before, _between, _after;
    private readonly bool _numbered, _parted;
    private readonly int _digits;
    private readonly long _first, _step;

    private NamePattern(string template, long first, long step)
    {
        (_first, _step) = (first, step);
        var open = template.IndexOf("{n", StringComparison.Ordinal);
        _numbered = open >= 0;
        if (!_numbered)
        {
            (_before, _between, _after) = (Encoding.ASCII.GetBytes(template), [], []);
            return;
        }
        var close = template.IndexOf('}', open);
        _digits = close > open + 2 ? int.Parse(template[(open + 2)..close], CultureInfo.InvariantCulture) : 1;
        _before = Encoding.ASCII.GetBytes(template[..open]);
        var rest = template[(close + 1)..];
        var part = rest.IndexOf("{p}", StringComparison.Ordinal);
        _parted = part >= 0;
        _between = Encoding.ASCII.GetBytes(_parted ? rest[..part] : "");
        _after = Encoding.ASCII.GetBytes(_parted ? rest[(part + 3)..] : rest);
    }

    /// <summary>Whether the path has a query already.</summary>
    public bool HasQuery => _after.AsSpan().IndexOf((byte)'?') >= 0 || _before.AsSpan().IndexOf((byte)'?') >= 0;

    /// <param name="template">The template.</param>
    /// <param name="folder">The title's folder.</param>
    /// <param name="index">The rendition's index.</param>
    /// <param name="rendition">The rendition.</param>
    /// <param name="first">Number of the object with index 0.</param>
    /// <param name="step">By how much numbers grow.</param>
    public static NamePattern Of(string template, string folder, int index, Rendition rendition, long first, long step)
    {
        var culture = CultureInfo.InvariantCulture;
        var text = template.Replace("{t}", folder, StringComparison.Ordinal)
            .Replace("{r}", index.ToString(culture), StringComparison.Ordinal)
            .Replace("{h}", rendition.Height.ToString(culture), StringComparison.Ordinal)
            .Replace("{b}", rendition.Bitrate.ToString(culture), StringComparison.Ordinal)
            .Replace("{c}", rendition.Code, StringComparison.Ordinal);
        return new NamePattern(text, first, step);
    }

    public void Write(ref Utf8Writer writer, long index, int part)
    {
        writer.Put(_before);
        if (!_numbered)
            return;
        writer.Number(_first + (index * _step), _digits);
        if (_parted)
        {
            writer.Put(_between);
            writer.Number(part);
        }
        writer.Put(_after);
    }
}
