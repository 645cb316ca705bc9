using System.Text;
using System.Threading.Channels;
using Portcullis.Engine;

namespace Portcullis.Local.Tests.Edge;

/// <summary>Takes the edge's log lines and hands them out in order; a line comes after its response.</summary>
internal sealed class EdgeLog : ILogAppender
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public bool TryAppend(ReadOnlySpan<byte> line) => _lines.Writer.TryWrite(Encoding.UTF8.GetString(line));

    public async Task<string[]> NextAsync() =>
        (await _lines.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Split('\t');
}
