using System.Collections;
using System.Text;
using Portcullis.Tokens;

namespace Portcullis.Sessions.Baselines;

/// <summary>Values by session id, looked up by the bytes of a log line without allocating.</summary>
internal sealed class SidDictionary<T> : IEnumerable<KeyValuePair<string, T>>
    where T : new()
{
    private readonly Dictionary<string, T> _values = new(StringComparer.Ordinal);

    public int Count => _values.Count;

    public IEnumerable<T> Values => _values.Values;

    /// <summary>The value of a sid (at most 64 bytes of ASCII), made at first need.</summary>
    public T GetOrAdd(ReadOnlySpan<byte> sid)
    {
        Span<char> text = stackalloc char[SessionId.MaxLength];
        text = text[..Encoding.ASCII.GetChars(sid, text)];
        var lookup = _values.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(text, out var value))
            lookup[text] = value = new T();
        return value;
    }

    public void RemoveWhere(Func<T, bool> leaves)
    {
        foreach (var (sid, value) in _values)
        {
            if (leaves(value))
                _values.Remove(sid);
        }
    }

    public void Clear() => _values.Clear();

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
