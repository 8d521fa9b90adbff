using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Secrets;

namespace Portal.ConnectApi;

/// <summary>Many devices in one call: each is a command of its own, and one that is refused keeps no other from being made.</summary>
public sealed class DeviceBatch(DeviceService devices, ApplicationSecrets secrets, IOptions<ConnectOptions> options)
{
    private const string List = "deviceList";
    private const int ChunkSize = 100;
    private const int Refused = -1;

    internal async Task<Result<ConnectAnswer>> CreateAsync(ConnectCall call, SecretDelivery delivery)
    {
        var requests = call.Body.Find(List)!.Value.EnumerateArray()
            .Select((device, index) => NewDevices.Read(call.OrganizationId, device, DeliveryOf(device, delivery), PartOf(call.OperationId, index))).ToList();
        if (requests.Count == 0 || requests.Count > options.Value.MaxDevicesPerBatch)
        {
            return new ArgumentInvalid(List, string.Create(CultureInfo.InvariantCulture, $"1 to {options.Value.MaxDevicesPerBatch} devices"));
        }

        // One key names the whole batch: with another device in it, it is another request, and all of it is refused.
        var whole = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(requests)));
        requests = [.. requests.Select(request => request with { Batch = whole })];

        // What is refused of the application, and not of a device, is refused once and for all: the one that asks for most is asked for first.
        var strictest = Math.Max(0, requests.FindIndex(request => request.Delivery != SecretDelivery.None));
        var made = new Outcome[requests.Count];
        made[strictest] = await CreateAsync(call, requests[strictest], strictest);
        if (made[strictest].Error is NotSignedIn or AccessDenied or PublicKeyMissing or ClearTextNotAllowed or OrganizationNotFound or OperationReused or CallRepeated or StorageUnavailable)
        {
            return made[strictest].Error!;
        }

        foreach (var chunk in requests.Index().Where(request => request.Index != strictest).Chunk(ChunkSize))
        {
            var outcomes = await Task.WhenAll(chunk.Select(request => CreateAsync(call, request.Item, request.Index)));
            foreach (var (request, outcome) in chunk.Zip(outcomes))
            {
                made[request.Index] = outcome;
            }

            if (outcomes.Any(outcome => outcome.Error is StorageUnavailable))
            {
                break; // the others would wait as long, one after another
            }
        }

        var answer = new ConnectAnswer(json => Write(json, made, call))
        {
            Beside = json => WriteSizes(json, made),
            RequestId = made.FirstOrDefault(outcome => outcome?.Device?.RequestId is not null)?.Device!.RequestId,
            Secrets = [.. made.Select(outcome => outcome?.Clear).OfType<DeviceSecret>()],
        };
        if (made.FirstOrDefault(outcome => outcome?.Error is StorageUnavailable or SecretSuperseded) is not { Error: { } fault })
        {
            return answer;
        }

        answer.Dispose();
        return fault;
    }

    /// <summary>A device may ask for its secret by itself.</summary>
    private static SecretDelivery DeliveryOf(JsonElement device, SecretDelivery ofAll) =>
        ofAll == SecretDelivery.None && device.Flag("requireSecret") == true ? SecretDelivery.Encrypted : ofAll;

    private async Task<Outcome> CreateAsync(ConnectCall call, CreateDeviceRequest request, int index)
    {
        // Each device is done once by itself.
        var created = await devices.CreateAsync(call.Actor with { CallId = PartOf(call.Actor.CallId, index) }, request);
        if (!created.IsSuccess)
        {
            return new Outcome(null, null, created.Error);
        }

        var device = MadeDevice.Of(created.Value);
        if (request.Delivery != SecretDelivery.Clear)
        {
            return new Outcome(device, null, null);
        }

        var clear = await secrets.OpenMadeAsync(call.Actor, device.AssetId, device.CredentialVersion);
        return new Outcome(device, clear.Value, clear.Error);
    }

    private static string? PartOf(string? id, int index) => id is null ? null : string.Create(CultureInfo.InvariantCulture, $"{id}:{index}");

    private static void Write(Utf8JsonWriter json, Outcome[] made, ConnectCall call)
    {
        json.WriteStartArray();
        foreach (var outcome in made)
        {
            json.WriteStartObject();
            json.WriteNumber("code", outcome.Error is null ? 0 : Refused);
            json.WriteString("msg", outcome.Error is null ? "OK" : ConnectErrors.Of(outcome.Error, call.Action, call.OrganizationId).Message);
            json.WritePropertyName("data");
            if (outcome.Error is null)
            {
                outcome.Device!.Write(json, outcome.Clear);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSizes(Utf8JsonWriter json, Outcome[] made)
    {
        json.WriteNumber("successSize", made.Count(outcome => outcome.Error is null));
        json.WriteNumber("totalSize", made.Length);
    }

    private sealed record Outcome(MadeDevice? Device, DeviceSecret? Clear, Error? Error);
}
