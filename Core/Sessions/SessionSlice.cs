using System.Runtime.InteropServices;

namespace Portcullis.Sessions;

/// <summary>One session's lines out of one batch. The engine owns it until its task completes.</summary>
public sealed class SessionSlice
{
    private readonly List<SliceLine> _lines = [];
    private readonly List<ViewerText> _viewers = [];

    /// <summary>The session.</summary>
    public string Sid { get; private set; } = "";

    /// <summary>The asset whose path the first line lies under, or null.</summary>
    public string? AssetId { get; internal set; }

    /// <summary>The lines, in the order they were read.</summary>
    public ReadOnlySpan<SliceLine> Lines => CollectionsMarshal.AsSpan(_lines);

    /// <summary>The viewers that occur in the lines.</summary>
    public IReadOnlyList<ViewerText> Viewers => _viewers;

    /// <summary>Starts a slice of a session anew.</summary>
    public void Begin(string sid)
    {
        Sid = sid;
        AssetId = null;
        _lines.Clear();
        _viewers.Clear();
    }

    /// <summary>Adds a line and, unless already there, its viewer.</summary>
    public void Add(in SliceLine line, ViewerText viewer)
    {
        _lines.Add(line);
        foreach (var known in CollectionsMarshal.AsSpan(_viewers))
        {
            if (known.Key == viewer.Key)
                return;
        }
        _viewers.Add(viewer);
    }
}
