using System.Text.Json;
using Portal.ConnectApi;
using Portal.Core.SampleFleet;

namespace Portal.Development;

/// <summary>The facts that the console prints at the start, as JSON, for scripts.</summary>
internal static class DemoSample
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>Written by hand because of the secret key, which is no string on the server.</summary>
    public static async Task SendAsync(HttpContext context, string address, DemoCaller caller, IReadOnlyList<SampleDevice> devices)
    {
        using var application = new MemoryStream();
        await using (var json = new Utf8JsonWriter(application))
        {
            var isThere = await caller.WithSecretKeyAsync((keys, secret) => Write(json, keys, secret.Span));
            if (!isThere)
            {
                json.WriteNullValue();
            }
        }

        await ConnectAnswers.SendAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("address", address);
            json.WritePropertyName("people");
            JsonSerializer.Serialize(json, DemoPeople.All.Select(person => new
            {
                userName = person.UserName,
                name = person.Name,
                role = person.Role.Name,
                organizations = person.Organizations.Select(organization => organization.OrganizationId),
            }), s_json);
            json.WritePropertyName("application");
            json.WriteRawValue(application.ToArray());
            json.WritePropertyName("devices");
            JsonSerializer.Serialize(json, devices, s_json);
        });
    }

    private static void Write(Utf8JsonWriter json, DemoApplicationKeys keys, ReadOnlySpan<byte> secret)
    {
        json.WriteStartObject();
        json.WriteString("accessKey", keys.AccessKey);
        json.WriteString("secretKey", secret);
        json.WriteString("orgId", keys.OrganizationId);
        json.WriteString("privateKeyFile", keys.PrivateKeyFile);
        json.WriteEndObject();
    }
}
