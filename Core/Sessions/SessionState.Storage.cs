namespace Portcullis.Sessions;

/// <summary>The stored form of a session's state.</summary>
public sealed partial class SessionState
{
    private const byte StorageVersion = 1;

    /// <summary>Writes the state in its versioned binary form.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(StorageVersion);
        writer.Write(AssetId ?? "");
        foreach (var number in (ReadOnlySpan<long>)[FirstSeen, LastSeen, Lines, LateLines, _ignoreUntil])
            writer.Write(number);
        writer.Write(_viewers.Count);
        foreach (var viewer in _viewers.Values)
            viewer.Write(writer);
        writer.Write((byte)Verdict.Action);
        writer.Write(Verdict.Score);
        writer.Write(_findings.Count);
        foreach (var finding in _findings.Values)
        {
            writer.Write(finding.Detector);
            writer.Write(finding.Weight);
            writer.Write(finding.Sentence);
            writer.Write(finding.Count);
            writer.Write(finding.At);
        }
        _window.Write(writer);
    }

    /// <summary>Reads a state back.</summary>
    /// <exception cref="InvalidDataException">The bytes are of an unknown version or damaged.</exception>
    /// <exception cref="EndOfStreamException">The bytes end early.</exception>
    public static SessionState Read(string sid, BinaryReader reader)
    {
        var version = reader.ReadByte();
        if (version != StorageVersion)
            throw new InvalidDataException($"Session state has version {version}; this build reads {StorageVersion}.");
        var asset = reader.ReadString();
        var state = new SessionState(sid)
        {
            AssetId = asset.Length == 0 ? null : asset,
            FirstSeen = reader.ReadInt64(),
            LastSeen = reader.ReadInt64(),
            Lines = reader.ReadInt64(),
            LateLines = reader.ReadInt64(),
            _ignoreUntil = reader.ReadInt64(),
        };
        for (var viewers = reader.ReadInt32(); viewers > 0; viewers--)
        {
            var viewer = SeenViewer.Read(reader);
            state._viewers.Add(viewer.Text.Key, viewer);
            state._networks.Add(viewer.Text.Key, viewer.Text.Network);
        }
        var action = (VerdictAction)reader.ReadByte();
        var score = reader.ReadInt32();
        for (var findings = reader.ReadInt32(); findings > 0; findings--)
        {
            var finding = new Finding(reader.ReadString(), reader.ReadInt32(), reader.ReadString(), reader.ReadInt32(), reader.ReadInt64());
            state._findings.Add(finding.Detector, finding);
        }
        state.Verdict = new SessionVerdict(action, score, [.. state._findings.Values.OrderByDescending(finding => finding.Weight).ThenBy(finding => finding.Detector, StringComparer.Ordinal)]);
        state._window = PlayheadWindow.Read(reader);
        return state;
    }
}
