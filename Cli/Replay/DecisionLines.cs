using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portcullis.Cli.Evaluation;

namespace Portcullis.Cli.Replay;

/// <summary>Prints each decision as a JSON line (sid, decidedAt, action, score, evidence) and keeps it for the score.</summary>
internal sealed class DecisionLines(TextWriter output)
{
    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly List<SessionDecision> _decisions = [];

    /// <summary>The decisions so far, in their order.</summary>
    public IReadOnlyList<SessionDecision> Decisions => _decisions;

    public void Write(SessionDecision decision)
    {
        output.WriteLine(JsonSerializer.Serialize(decision, Written));
        _decisions.Add(decision);
    }

    public Task FlushAsync(CancellationToken cancellation) => output.FlushAsync(cancellation);
}
