using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Portal.ConnectApi.OpenApi;

/// <summary>How a caller is known, and what the gateway answers to one that is not.</summary>
internal static class ConnectSecurity
{
    private static readonly string[] s_headers = ["apim-accesstoken", "apim-signature", "apim-timestamp"];
    private const string Bearer = "bearer";

    private static readonly (Refusal Refusal, string When)[] s_always =
    [
        (Refusal.Malformed, "The query or the request cannot be read."),
        (Refusal.Unauthorized, "The caller is not known: no credentials, a wrong or used signature, an expired token, a clock that is off."),
        (Refusal.Insecure, "Not over HTTPS, or `apim-publickey` is not the fingerprint of a key of the application."),
        (Refusal.MethodNotAllowed, "The action is asked for with another method."),
        (Refusal.TooSlow, "The body did not arrive in time."),
        (Refusal.TooLarge, "The body is larger than the portal takes."),
        (Refusal.WrongType, "The body is not JSON in UTF-8."),
        (Refusal.TooMany(null), "Too many calls; `Retry-After` says when to come again."),
        (Refusal.Failed, "A fault of the portal; its log has the ID in `X-Request-Id`."),
        (Refusal.Unavailable, "The database does not answer, or a read took too long; `Retry-After` says when to come again."),
    ];

    private static readonly (Refusal Refusal, string When) s_superseded =
        (Refusal.Superseded, "The device was given another secret after this call, or while it was read.");

    public static Dictionary<string, IOpenApiSecurityScheme> Schemes()
    {
        var schemes = s_headers.ToDictionary(name => name, name => (IOpenApiSecurityScheme)new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = name,
            Description = "All three headers together; see *Signing a call*.",
        });
        schemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "An access token of the identity provider (client credentials), whose client ID is set at the application.",
        };
        return schemes;
    }

    public static List<OpenApiSecurityRequirement> Requirements(OpenApiDocument document)
    {
        var signed = new OpenApiSecurityRequirement();
        foreach (var name in s_headers)
        {
            signed.Add(new OpenApiSecuritySchemeReference(name, document), []);
        }

        return [signed, new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
    }

    public static void AddGatewayAnswers(OpenApiDocument document, SchemaOf schemas) =>
        document.Components!.Responses = s_always.Append(s_superseded).ToDictionary(row => NameOf(row.Refusal), row => (IOpenApiResponse)new OpenApiResponse
        {
            Description = row.When,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType
                {
                    Schema = schemas.Shape(Shape.Record(Member.Required("message", Shape.Text, "Why the gateway did not pass the call on.")) with { Name = "GatewayRefusal" }),
                    Example = new JsonObject { ["message"] = row.Refusal.Message },
                },
            },
        });

    /// <param name="tellsSecrets">Whether a secret may be among what is answered.</param>
    public static void ReferToGatewayAnswers(OpenApiResponses responses, OpenApiDocument document, bool tellsSecrets)
    {
        foreach (var (refusal, _) in tellsSecrets ? s_always.Append(s_superseded) : s_always)
        {
            responses[refusal.Status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponseReference(NameOf(refusal), document);
        }
    }

    private static string NameOf(Refusal refusal) => string.Create(CultureInfo.InvariantCulture, $"Http{refusal.Status}");
}
