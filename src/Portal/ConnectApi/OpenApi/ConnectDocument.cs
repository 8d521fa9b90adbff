using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Portal.ConnectApi.OpenApi;

/// <summary>The OpenAPI 3.1 document, written from the table of actions. Made once; it does not depend on who asks.</summary>
public sealed class ConnectDocument(ConnectActions actions)
{
    public const string ContentType = "application/json;charset=UTF-8";
    private const string Version = "2.4";
    private const string Json = "application/json";

    private readonly Lazy<Task<byte[]>> _bytes = new(() => WriteAsync(Build(actions)));

    public Task<byte[]> GetAsync() => _bytes.Value;

    internal static OpenApiDocument Build(ConnectActions actions)
    {
        var document = new OpenApiDocument
        {
            Info = new OpenApiInfo { Title = "Connection Service", Version = Version, Description = ConnectGuide.Introduction },
            Servers = [new OpenApiServer { Url = "/", Description = "This portal" }],
            Paths = [],
            Components = new OpenApiComponents { SecuritySchemes = ConnectSecurity.Schemes() },
            Tags = new HashSet<OpenApiTag>(),
        };
        var schemas = new SchemaOf(document);
        ConnectSecurity.AddGatewayAnswers(document, schemas);
        document.Tags.Add(new OpenApiTag { Name = TokenOperations.Tag, Description = ConnectGuide.Tokens });
        TokenOperations.AddTo(document, schemas);
        foreach (var group in actions.All.GroupBy(action => TagOf(action)))
        {
            document.Tags.Add(new OpenApiTag { Name = group.Key, Description = DescriptionOf(group.First()) });
            foreach (var action in group)
            {
                // The action is a query parameter, and every action is an operation of its own: it is part of the path here.
                var path = $"{ConnectActions.PathOf(action.Version, action.Resource)}?{ConnectActions.ActionParameter}={action.Name}";
                document.Paths.Add(path, new OpenApiPathItem
                {
                    Operations = new() { [HttpMethods.IsGet(action.Method) ? HttpMethod.Get : HttpMethod.Post] = Operation(action, group.Key, document, schemas) },
                });
            }
        }

        return document;
    }

    private static async Task<byte[]> WriteAsync(OpenApiDocument document)
    {
        await using var text = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAs(OpenApiSpecVersion.OpenApi3_1, new OpenApiJsonWriter(text, new OpenApiJsonWriterSettings { Terse = true }));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static OpenApiOperation Operation(ConnectAction action, string tag, OpenApiDocument document, SchemaOf schemas) => new()
    {
        OperationId = $"{action.Version}{action.Resource}{char.ToUpperInvariant(action.Name[0])}{action.Name[1..]}",
        Summary = action.Title,
        Description = Describe(action),
        Tags = new HashSet<OpenApiTagReference> { new(tag, document) },
        Parameters = [.. Parameters(action, schemas)],
        RequestBody = action.Body is null ? null : new OpenApiRequestBody
        {
            Required = action.Body.Members.Any(member => member.IsRequired),
            Content = new Dictionary<string, OpenApiMediaType> { [Json] = new OpenApiMediaType { Schema = schemas.Shape(action.Body), Example = Node(action.BodyExample) } },
        },
        Responses = Responses(action, document, schemas),
        Security = ConnectSecurity.Requirements(document),
    };

    private static string Describe(ConnectAction action) =>
        $"""
        {action.About.Trim()}

        Right: `{action.Right}`.

        | code | msg | when |
        | --- | --- | --- |
        | 0 | OK | |
        {string.Join('\n', action.Errors.Select(error => string.Create(CultureInfo.InvariantCulture, $"| {error.Code} | {error.Message.Replace("<", "&lt;", StringComparison.Ordinal)} | {error.When} |")))}
        """;

    private static IEnumerable<IOpenApiParameter> Parameters(ConnectAction action, SchemaOf schemas)
    {
        yield return Query(schemas, ConnectActions.OrganizationParameter, true, "The organization that the application belongs to.", Shape.Text, "o15724301680011");
        if (action.TakesSelector)
        {
            yield return Query(schemas, "assetId", false, "The asset; or else `productKey` and `deviceKey`.", Shape.Text, "mN4kP7Qz");
            yield return Query(schemas, "productKey", false, "Together with `deviceKey`, in place of `assetId`.", Shape.Text, null);
            yield return Query(schemas, "deviceKey", false, "The present device key.", Shape.Text, null);
        }

        foreach (var parameter in action.Parameters)
        {
            yield return Query(schemas, parameter.Name, parameter.IsRequired, parameter.About, parameter.Shape, null);
        }

        yield return Header(CallerIdentification.PublicKeyHeader, "Fingerprint of the application's new RSA key, lower-case hexadecimal: puts it in use while it waits beside the present one.", 64);
        if (action.IsChange)
        {
            yield return Header(
                "Idempotency-Key",
                "Names this intent, 1 to 100 visible ASCII characters. The same call with the same key within 24 hours is carried out once: a success is answered with the same bytes, a refusal with the same code and a `requestId` of its own.",
                100);
        }
    }

    private static OpenApiParameter Header(string name, string about, int maxLength) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = about,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = maxLength },
    };

    private static OpenApiParameter Query(SchemaOf schemas, string name, bool isRequired, string about, Shape shape, string? example) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Required = isRequired,
        Description = about,
        Schema = schemas.Shape(shape),
        Example = example is null ? null : JsonValue.Create(example),
    };

    private static OpenApiResponses Responses(ConnectAction action, OpenApiDocument document, SchemaOf schemas)
    {
        var examples = new Dictionary<string, IOpenApiExample> { ["0"] = Example("OK", Envelope(0, "OK", Node(action.DataExample), action)) };
        foreach (var error in action.Errors)
        {
            examples.TryAdd(error.Code.ToString(CultureInfo.InvariantCulture), Example(error.When, Envelope(error.Code, error.Message, null, null)));
        }

        var ok = new OpenApiMediaType { Schema = schemas.Envelope(action), Examples = examples };
        var responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse { Description = "Success, and every refusal of the service: see `code`.", Content = new Dictionary<string, OpenApiMediaType> { [Json] = ok } },
        };
        ConnectSecurity.ReferToGatewayAnswers(responses, document, tellsSecrets: action is { Resource: ConnectResource.Devices, Data: not null });
        return responses;
    }

    private static OpenApiExample Example(string summary, JsonNode value) => new() { Summary = summary, Value = value };

    private static JsonObject Envelope(int code, string message, JsonNode? data, ConnectAction? action)
    {
        var envelope = new JsonObject { ["code"] = code, ["msg"] = message, ["requestId"] = "5f9c1c1e-7c5d-4a0e-9a55-0f6d1f6f7c11", ["data"] = data };
        foreach (var member in action?.Beside ?? [])
        {
            envelope[member.Name] = member.Shape.Kind == ShapeKind.Number ? 1 : Node("""{ "sortedBy": null, "pageNo": 1, "pageSize": 20, "totalSize": 1 }""");
        }

        return envelope;
    }

    private static JsonNode? Node(string? json) => json is null ? null : JsonNode.Parse(json);

    private static string TagOf(ConnectAction action) =>
        $"{action.Resource}, {(action.Version == ConnectVersion.V24 ? "V2.4" : "V2.1")}";

    private static string DescriptionOf(ConnectAction action) => action.Resource == ConnectResource.Products
        ? "The same in V2.1 and V2.4; products carry no secrets here."
        : action.Version == ConnectVersion.V24
        ? "Secrets are encrypted for the application's RSA key, and only sent when they are asked for."
        : "For clients that were written for V2.1. Secrets are sent in clear text, and only to applications for which somebody has allowed it.";
}
