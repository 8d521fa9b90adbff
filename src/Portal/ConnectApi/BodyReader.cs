using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Portal.ConnectApi;

/// <summary>Reads a body byte for byte, as the signature covers it, and only one that can be a JSON text.</summary>
internal static class BodyReader
{
    private const int FirstRoomInBytes = 4096;

    /// <summary>So much of a body that is too large is read and dropped: whoever is still sending does not hear an answer.</summary>
    private const int MostDroppedInBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan s_dropping = TimeSpan.FromSeconds(5);

    /// <summary>The body of somebody who is known, or was counted already.</summary>
    /// <returns>The body, empty where there is none; or why it is not taken.</returns>
    public static Task<(ReadOnlyMemory<byte> Body, Refusal? Refusal)> ReadAsync(HttpRequest request, int maxSize, CancellationToken timeIsUp) =>
        ReadAsync(request, maxSize, () => null, timeIsUp);

    /// <param name="tooMany">
    /// Asked before a body is refused, and before a too large one is dropped: whoever sends it is not known, since the signature covers it.
    /// </param>
    /// <returns>As the other one.</returns>
    public static async Task<(ReadOnlyMemory<byte> Body, Refusal? Refusal)> ReadAsync(HttpRequest request, int maxSize, Func<Refusal?> tooMany, CancellationToken timeIsUp)
    {
        var (body, refusal) = await TryReadAsync(request, maxSize, timeIsUp);
        if (refusal is null)
        {
            return (body, null);
        }

        if (tooMany() is { } turnedAway)
        {
            // The server would go on reading what comes.
            request.HttpContext.Response.Headers.Connection = "close";
            Allow(request, 0);
            return (default, turnedAway);
        }

        if (refusal == Refusal.TooLarge)
        {
            await DropAsync(request, timeIsUp);
        }

        return (default, refusal);
    }

    private static async Task<(ReadOnlyMemory<byte> Body, Refusal? Refusal)> TryReadAsync(HttpRequest request, int maxSize, CancellationToken timeIsUp)
    {
        // The server's own limits are for the portal's pages: here a body has its time, however slowly it comes.
        Allow(request, Math.Max(MostDroppedInBytes, maxSize));
        if (request.HttpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } slowest)
        {
            slowest.MinDataRate = null;
        }

        try
        {
            var body = request.ContentLength > maxSize ? null : await ReadBytesAsync(request, maxSize, timeIsUp);
            return body is null ? (default, Refusal.TooLarge)
                : body.Value.IsEmpty || IsJson(request) ? (body.Value, null)
                : (default, Refusal.WrongType);
        }
        catch (BadHttpRequestException exception)
        {
            return (default, exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => Refusal.TooLarge,
                StatusCodes.Status408RequestTimeout => Refusal.TooSlow,
                _ => Refusal.Unreadable,
            });
        }
        catch (OperationCanceledException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return (default, Refusal.TooSlow);
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadBytesAsync(HttpRequest request, int maxSize, CancellationToken timeIsUp)
    {
        var body = new ArrayBufferWriter<byte>((int)(request.ContentLength is > 0 and var length ? length : FirstRoomInBytes));
        var reader = request.BodyReader;

        // Woken up and not cancelled: a read that was cancelled is still under way for the server, which then cannot read on.
        using var wake = timeIsUp.UnsafeRegister(sleeping => ((PipeReader)sleeping!).CancelPendingRead(), reader);
        while (true)
        {
            var read = await reader.ReadAsync(CancellationToken.None);
            var fits = body.WrittenCount + read.Buffer.Length <= maxSize;
            if (fits)
            {
                foreach (var part in read.Buffer)
                {
                    body.Write(part.Span);
                }
            }

            reader.AdvanceTo(read.Buffer.End);
            if (!fits || read.IsCompleted)
            {
                return fits ? body.WrittenMemory : null;
            }

            timeIsUp.ThrowIfCancellationRequested();
        }
    }

    private static void Allow(HttpRequest request, long sizeInBytes)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = sizeInBytes;
        }
    }

    private static async Task DropAsync(HttpRequest request, CancellationToken timeIsUp)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(timeIsUp);
        enough.CancelAfter(s_dropping);
        try
        {
            await request.Body.CopyToAsync(Stream.Null, enough.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Too much, too slow or gone: the answer is the same.
        }
    }

    private static bool IsJson(HttpRequest request) =>
        request.Headers.ContentEncoding is [] or ["identity"]
        && request.Headers.ContentType is [{ } type]
        && MediaTypeHeaderValue.TryParse(type, out var media)
        && string.Equals(media.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && media.Parameters.All(parameter => string.Equals(parameter.Name, "charset", StringComparison.OrdinalIgnoreCase))
        && media.Parameters.Count < 2
        && (media.CharSet?.Trim('"') ?? "utf-8") is var charset && charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
