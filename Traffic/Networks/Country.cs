using System.Text;

namespace Portcullis.Traffic.Networks;

/// <summary>A country: its code and the edge locations that serve it.</summary>
internal sealed class Country(string code, params string[] locations)
{
    public string Code { get; } = code;

    public byte[] CodeText { get; } = Encoding.ASCII.GetBytes(code);

    public byte[][] Locations { get; } = Array.ConvertAll(locations, Encoding.ASCII.GetBytes);
}
