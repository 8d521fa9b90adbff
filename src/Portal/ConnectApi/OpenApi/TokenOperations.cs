using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using static Portal.ConnectApi.Member;

namespace Portal.ConnectApi.OpenApi;

/// <summary>Getting and renewing an access token, for the document.</summary>
internal static class TokenOperations
{
    public const string Tag = "Tokens";

    public static void AddTo(OpenApiDocument document, SchemaOf schemas)
    {
        document.Paths.Add(PortalRoutes.TokenGet, Item(
            document, schemas, "getToken", "Get an access token", "Asked again while a token is alive, it answers the same token.", TokenEndpoints.GetShape,
            """{ "appKey": "5acb82e7-a11e-4300-9164-c8b20b638e8b", "encryption": "405ff7cc909d800ff1cbf3db6010d46f6185f6c9185d3243e4d653187b34fb8b", "timestamp": 1572574909697 }"""));
        document.Paths.Add(PortalRoutes.TokenRefresh, Item(
            document, schemas, "refreshToken", "Renew an access token", "The token lives on for its full time from now.", TokenEndpoints.RefreshShape,
            """{ "appKey": "5acb82e7-a11e-4300-9164-c8b20b638e8b", "encryption": "405ff7cc909d800ff1cbf3db6010d46f6185f6c9185d3243e4d653187b34fb8b", "timestamp": 1572574909697, "accessToken": "APP_PORTAL_S_5acb82e7" }"""));
    }

    private static OpenApiPathItem Item(OpenApiDocument document, SchemaOf schemas, string id, string title, string about, Shape body, string example)
    {
        var answer = Shape.Record(
            Required("status", Shape.Number, "0, or what was refused."),
            Required("msg", Shape.Text, "`SUCCESS`, or the refusal in words."),
            Required("business", Shape.Text, "`apim-token-service`."),
            Optional("data", Shape.Record(Required("accessToken", Shape.Text, "For `apim-accesstoken`."), Required("expire", Shape.Number, "Seconds that it is still alive.")), "Null for a refusal."));
        var responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = "Success, and every refusal: see `status`.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new OpenApiMediaType
                    {
                        Schema = schemas.Shape(answer),
                        Example = JsonNode.Parse("""{ "status": 0, "msg": "SUCCESS", "business": "apim-token-service", "data": { "accessToken": "APP_PORTAL_S_5acb82e7", "expire": 7200 } }"""),
                    },
                },
            },
        };
        ConnectSecurity.ReferToGatewayAnswers(responses, document, tellsSecrets: false);
        responses.Remove("401");
        return new OpenApiPathItem
        {
            Operations = new()
            {
                [HttpMethod.Post] = new OpenApiOperation
                {
                    OperationId = id,
                    Summary = title,
                    Description = about,
                    Tags = new HashSet<OpenApiTagReference> { new(Tag, document) },
                    RequestBody = new OpenApiRequestBody
                    {
                        Required = true,
                        Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new OpenApiMediaType { Schema = schemas.Shape(body), Example = JsonNode.Parse(example) } },
                    },
                    Responses = responses,
                },
            },
        };
    }
}
