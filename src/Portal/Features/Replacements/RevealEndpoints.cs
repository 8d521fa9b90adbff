using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Commands;
using Portal.Core.Reveals;
using Portal.Security;
using Portal.Shared;
using QRCoder;

namespace Portal.Features.Replacements;

/// <summary>
/// The way of a new secret to the browser of its maker: bytes in the body of an answer to a POST of our own page, never
/// through a circuit, never in JSON, never kept by anybody in between. What may be shown, how often and to whom, and the
/// audit entry before the first byte, is decided by <see cref="RevealService"/>.
/// </summary>
public static class RevealEndpoints
{
    /// <summary>Which display the answer is.</summary>
    public const string DisplayHeader = "Reveal-Display";

    /// <summary>How many displays there are.</summary>
    public const string LimitHeader = "Reveal-Limit";

    public static void MapReveals(this IEndpointRouteBuilder endpoints)
    {
        // Whoever is signed in may ask; the core decides, and answers in words that a script can show.
        var reveals = endpoints.MapGroup("").RequireAuthorization(PortalPolicies.SignedIn).AddEndpointFilter(RequireOwnPageAsync).RequireAntiforgery();
        reveals.MapPost(PortalRoutes.RevealTemplate, ShowAsync);
        reveals.MapPost(PortalRoutes.RevealQrTemplate, ShowQrCodeAsync);
        reveals.MapPost(PortalRoutes.RevealCopiedTemplate, async (HttpContext context, Guid grantId, RevealService service, ErrorTexts texts) =>
            Answer(context, await service.RecordCopyAsync(context.User.ToActor(), grantId), texts));
        reveals.MapPost(PortalRoutes.RevealAcknowledgeTemplate, async (HttpContext context, Guid grantId, RevealService service, ErrorTexts texts) =>
            Answer(context, await service.AcknowledgeAsync(context.User.ToActor(), grantId), texts));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, Guid grantId, RevealService service, ErrorTexts texts)
    {
        var result = await service.DisplayAsync(context.User.ToActor(), grantId);
        if (!result.IsSuccess)
        {
            return Problem(context, result.Error, texts);
        }

        using var secret = result.Value;
        await SendAsync(context, secret, secret.Bytes);
        return Results.Empty;
    }

    private static async Task<IResult> ShowQrCodeAsync(HttpContext context, Guid grantId, RevealService service, ErrorTexts texts)
    {
        var actor = context.User.ToActor();
        var mine = await service.MineAsync(actor, context.RequestAborted);
        var grant = mine.Value?.FirstOrDefault(open => open.GrantId == grantId);
        var result = await service.DisplayAsync(actor, grantId, RevealForm.QrCode);
        if (!result.IsSuccess)
        {
            return Problem(context, result.Error, texts);
        }

        using var secret = result.Value;
        var modules = QrModules(Credential(grant, secret.Bytes.Span));
        await SendAsync(context, secret, modules);
        CryptographicOperations.ZeroMemory(modules);
        return Results.Empty;
    }

    /// <summary>What a provisioning tool reads: the same members as the downloaded file.</summary>
    private static byte[] Credential(OpenReveal? grant, ReadOnlySpan<byte> secret)
    {
        using var buffer = new WipedBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (grant is not null)
            {
                json.WriteString("productKey", grant.ProductKey);
                json.WriteString("deviceKey", grant.DeviceKey);
            }

            json.WriteString("deviceSecret", secret);
            json.WriteEndObject();
        }

        return buffer.Written.ToArray();
    }

    /// <summary>One byte for the width, then the modules row by row, eight to a byte, highest bit first. Wipes <paramref name="text"/>.</summary>
    private static byte[] QrModules(byte[] text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        CryptographicOperations.ZeroMemory(text);
        var rows = code.ModuleMatrix;
        var modules = new byte[1 + (((rows.Count * rows.Count) + 7) / 8)];
        modules[0] = (byte)rows.Count;
        for (var i = 0; i < rows.Count * rows.Count; i++)
        {
            if (rows[i / rows.Count][i % rows.Count])
            {
                modules[1 + (i / 8)] |= (byte)(0x80 >> (i % 8));
            }
        }

        foreach (BitArray row in rows)
        {
            row.SetAll(false);
        }

        return modules;
    }

    private static async Task SendAsync(HttpContext context, RevealedSecret secret, ReadOnlyMemory<byte> bytes)
    {
        var response = context.Response;
        NeverKeep(response);
        response.ContentType = "application/octet-stream";
        response.ContentLength = bytes.Length;
        response.Headers[DisplayHeader] = secret.Display.ToString(CultureInfo.InvariantCulture);
        response.Headers[LimitHeader] = secret.MaxDisplays.ToString(CultureInfo.InvariantCulture);
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static IResult Answer(HttpContext context, Result<AcknowledgedReveal> result, ErrorTexts texts)
    {
        NeverKeep(context.Response);
        return result.IsSuccess ? Results.NoContent() : Problem(context, result.Error, texts);
    }

    private static IResult Problem(HttpContext context, Error error, ErrorTexts texts)
    {
        NeverKeep(context.Response);
        var status = error switch
        {
            NotSignedIn => StatusCodes.Status401Unauthorized,
            AccessDenied => StatusCodes.Status403Forbidden,
            RevealNotFound => StatusCodes.Status404NotFound,
            RevealClosed => StatusCodes.Status410Gone,
            StorageUnavailable => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status409Conflict,
        };
        return Results.Problem(title: texts.Of(error), statusCode: status, extensions: [
            new("code", error.GetType().Name), new("reason", (error as RevealClosed)?.Reason.ToString())]);
    }

    private static void NeverKeep(HttpResponse response) => response.Headers.CacheControl = "no-store, no-transform";

    /// <summary>A browser says of each fetch where it comes from; a caller that says nothing is not our page.</summary>
    private static async ValueTask<object?> RequireOwnPageAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var isOwn = request.Headers.Origin is [{ } origin]
            && string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            && request.Headers["Sec-Fetch-Site"] is [] or ["same-origin"];
        return isOwn ? await next(context) : Results.StatusCode(StatusCodes.Status403Forbidden);
    }
}
