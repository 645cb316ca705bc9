using Portcullis.Aws.Kinesis;
using Portcullis.Engine;
using Portcullis.Local.Sessions;

namespace Portcullis.Api.Hosting.Aws;

/// <summary>The positions of a Kinesis stream's readers, for the keeper of the sessions that they feed.</summary>
internal sealed class KinesisPositions(KinesisLogStream stream) : IStreamPositions
{
    private IReadOnlyList<ShardCheckpoint> _noted = [];

    public long EventTime => stream.EventTime();

    public async ValueTask<bool> NoteAsync(Action atRest, CancellationToken cancellation)
    {
        using (await stream.Gate.CloseAsync(cancellation).ConfigureAwait(false))
        {
            if (stream.IsUnsettled)
                return false;
            _noted = stream.Positions;
            atRest();
            return true;
        }
    }

    public ValueTask SaveAsync(CancellationToken cancellation) => new(stream.SaveAsync(_noted, cancellation));
}
