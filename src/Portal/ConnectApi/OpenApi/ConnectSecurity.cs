using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Portal.ConnectApi.OpenApi;

/// <summary>How a caller is known, and what the gateway answers to one that is not.</summary>
internal static class ConnectSecurity
{
    private static readonly string[] s_headers = ["apim-accesstoken", "apim-signature", "apim-timestamp"];
    private const string Bearer = "bearer";

    private static readonly Refusal[] s_always =
        [Refusal.Malformed, Refusal.Unauthorized, Refusal.Insecure, Refusal.TooLarge, Refusal.WrongType, Refusal.TooMany(null), Refusal.Unavailable];

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
        document.Components!.Responses = s_always.Append(Refusal.Superseded).ToDictionary(NameOf, refusal => (IOpenApiResponse)new OpenApiResponse
        {
            Description = refusal.Message,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType
                {
                    Schema = schemas.Shape(Shape.Record(Member.Required("message", Shape.Text, "Why the gateway did not pass the call on.")) with { Name = "GatewayRefusal" }),
                    Example = new JsonObject { ["message"] = refusal.Message },
                },
            },
        });

    public static void ReferToGatewayAnswers(OpenApiResponses responses, OpenApiDocument document, bool isOnceOnly)
    {
        foreach (var refusal in isOnceOnly ? s_always.Append(Refusal.Superseded) : s_always)
        {
            responses[refusal.Status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponseReference(NameOf(refusal), document);
        }
    }

    private static string NameOf(Refusal refusal) => string.Create(CultureInfo.InvariantCulture, $"Http{refusal.Status}");
}
