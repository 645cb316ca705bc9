using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;

namespace Portcullis.Local.Edge;

/// <summary>Answers with media: conditional requests and ranges for files, texts as they are.</summary>
internal static class MediaAnswer
{
    private const int PieceLength = 64 * 1024;

    /// <summary>Sends the item. False when its file has gone since the library was indexed; nothing is sent then.</summary>
    public static async ValueTask<bool> TrySendAsync(EdgeExchange exchange, MediaItem item)
    {
        if (item.File is null)
        {
            Describe(exchange, item);
            exchange.Response.ContentLength = item.Text.Length;
            await exchange.SendAsync(item.Text);
            return true;
        }
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(item.File, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        using (file)
            await SendFileAsync(exchange, item, file);
        return true;
    }

    private static async ValueTask SendFileAsync(EdgeExchange exchange, MediaItem item, SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        // HTTP dates have whole seconds.
        var written = DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(File.GetLastWriteTimeUtc(file)).ToUnixTimeSeconds());
        var tag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{written.ToUnixTimeSeconds():x}-{length:x}\""));
        var asked = exchange.Request.GetTypedHeaders();
        var response = exchange.Response;
        Describe(exchange, item);
        response.Headers.ETag = tag.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(written);
        response.Headers.AcceptRanges = "bytes";
        if (IsUnchanged(asked, tag, written))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.ContentType = null;
            return;
        }
        if (!ByteRange.TryResolve(IsSameVersion(asked.IfRange, tag, written) ? asked.Range : null, length, out var range))
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = $"bytes */{length}";
            response.Headers.CacheControl = "no-store";
            response.ContentType = null;
            response.ContentLength = 0;
            exchange.ResultType = "Error";
            return;
        }
        if (range is { } part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {part.Start}-{part.End}/{length}";
            exchange.Range = part;
        }
        var sent = range ?? new ByteRange(0, length - 1);
        response.ContentLength = sent.Length;
        if (!HttpMethods.IsHead(exchange.Request.Method))
            await CopyAsync(exchange, file, sent);
    }

    private static async ValueTask CopyAsync(EdgeExchange exchange, SafeFileHandle file, ByteRange range)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            for (var at = range.Start; at <= range.End;)
            {
                var wanted = (int)Math.Min(buffer.Length, range.End - at + 1);
                var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, wanted), at, exchange.Context.RequestAborted);
                if (read == 0)
                    throw new EndOfStreamException("A media file became shorter while it was sent.");
                await exchange.SendAsync(buffer.AsMemory(0, read));
                at += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Describe(EdgeExchange exchange, MediaItem item)
    {
        exchange.Response.ContentType = item.ContentType;
        exchange.Response.Headers.CacheControl = item.CacheControl;
        exchange.ResultType = "Hit";
    }

    private static bool IsUnchanged(RequestHeaders asked, EntityTagHeaderValue tag, DateTimeOffset written) =>
        asked.IfNoneMatch is { Count: > 0 } tags
            ? tags.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false))
            : asked.IfModifiedSince is { } since && written <= since;

    private static bool IsSameVersion(RangeConditionHeaderValue? condition, EntityTagHeaderValue tag, DateTimeOffset written) =>
        condition is null
        || (condition.EntityTag is { } asked ? asked.Compare(tag, useStrongComparison: true) : condition.LastModified == written);
}
