using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Portcullis.Enforcement;
using Portcullis.Engine;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Local.Edge;

/// <summary>What happens to a request: token, revocations, media, and a log line once the answer is sent.</summary>
internal sealed partial class EdgePipeline(LocalEdgeOptions options, bool trusted, MediaLibrary library, ILogAppender log, TimeProvider time, ILogger logger)
    : IHttpApplication<HttpContext>
{
    private LocalEdgePlan _plan = LocalEdgePlan.Empty;

    /// <summary>The plan that requests are judged by; a request that has begun keeps the one it found.</summary>
    public LocalEdgePlan Plan
    {
        get => Volatile.Read(ref _plan);
        set => Volatile.Write(ref _plan, value);
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var exchange = new EdgeExchange(context, trusted, time);
        try
        {
            await AnswerAsync(exchange);
            await context.Response.CompleteAsync();
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            exchange.IsAborted = true;
        }
        catch (Exception exception)
        {
            LogFailure(exception);
            await FailAsync(exchange);
        }
        finally
        {
            exchange.ToLogEntry().AppendTo(log);
        }
    }

    private async ValueTask AnswerAsync(EdgeExchange exchange)
    {
        EdgeAnswers.AllowOrigin(exchange);
        exchange.Response.Headers.AccessControlExposeHeaders = $"{EdgeAnswers.ReasonHeader}, {EdgeAnswers.ReferenceHeader}";
        switch (exchange.Request.Method)
        {
            case "OPTIONS":
                EdgeAnswers.Preflight(exchange);
                return;
            case "GET" or "HEAD":
                break;
            default:
                await EdgeAnswers.MethodNotAllowedAsync(exchange);
                return;
        }
        var now = time.GetUtcNow();
        var verdict = Judge(exchange, now.ToUnixTimeSeconds());
        if (!verdict.IsAccepted)
        {
            await EdgeAnswers.RefuseAsync(exchange, verdict.Rejection, verdict.Sid);
            return;
        }
        // A v1 token may name no session: "ok." counts for none.
        exchange.LogData = $"ok.{verdict.Sid}";
        if (library.Find(verdict.Path!, now) is not { } item || !await MediaAnswer.TrySendAsync(exchange, item))
            await EdgeAnswers.NotFoundAsync(exchange);
    }

    private TokenVerdict Judge(EdgeExchange exchange, long now)
    {
        var plan = Plan;
        if (plan.Keys.Keys.Count == 0)
            return new TokenVerdict(TokenRejection.Store, null, null);
        // Latin-1 keeps one byte per character, so what the verifier sees is what came.
        var verdict = TokenVerifier.Verify(Encoding.Latin1.GetBytes(exchange.Target.Path), Encoding.Latin1.GetBytes(exchange.Target.Query ?? ""), exchange.Viewer, plan.Keys, now, options.MaxTokenLifetime);
        // Signatures are CloudFront's to check, before its function sees a request; here they are looked at where there is no token.
        if (verdict.Rejection == TokenRejection.Missing && SignedSession.TryCut(exchange.Target.Path, out _, out _))
            verdict = SignedSession.Verify($"http://{exchange.Request.Host.Value}", exchange.Target.Path, exchange.Target.Query, EdgeCookies.Of(exchange.Request.Headers), exchange.Origin.Address, plan.SignatureKeys, now);
        return verdict is { IsAccepted: true, Sid: { } sid } && plan.IsRevoked(sid, now)
            ? verdict with { Rejection = TokenRejection.Revoked, Path = null }
            : verdict;
    }

    private static async ValueTask FailAsync(EdgeExchange exchange)
    {
        if (exchange.Response.HasStarted)
        {
            exchange.Context.Abort();
            exchange.IsAborted = true;
            return;
        }
        exchange.Response.Headers.Clear();
        await EdgeAnswers.FailedAsync(exchange);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The local edge could not answer a request.")]
    private partial void LogFailure(Exception exception);
}
