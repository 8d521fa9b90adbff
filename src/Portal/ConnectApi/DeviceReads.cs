using System.Text.Json;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Secrets;

namespace Portal.ConnectApi;

/// <summary>Devices read, with their secrets where the application may have them.</summary>
public sealed class DeviceReads(DeviceRecords records, ApplicationSecrets secrets, AccessRules rules, RateLimits limits)
{
    internal async Task<Result<ConnectAnswer>> GetAsync(ConnectCall call, AssetSelector selector)
    {
        var found = await records.GetAsync(call.Actor, call.OrganizationId, selector, call.Aborted);
        if (!found.IsSuccess)
        {
            return found.Error;
        }

        if (call.Action.Version == ConnectVersion.V21)
        {
            return await WithClearSecretAsync(call, found.Value);
        }

        var encrypted = call.Query.IsTrue("requireSecret") ? await SealAsync(call, [found.Value.AssetId]) : new Envelopes(null, null);
        return encrypted.IsSuccess ? new ConnectAnswer(json => DeviceStruct.Write(json, found.Value, WriterOf(encrypted.Value, found.Value))) : encrypted.Error;
    }

    internal async Task<Result<ConnectAnswer>> SearchAsync(ConnectCall call)
    {
        var (page, fault) = ConnectPage.Read(call.Body);
        if (fault is not null)
        {
            return fault;
        }

        var found = await FindAsync(call, page);
        if (!found.IsSuccess)
        {
            return found.Error;
        }

        var wantsSecrets = call.Action.Version == ConnectVersion.V24 && call.Body.Flag("requireSecret") == true && found.Value.Devices.Count > 0;
        var encrypted = wantsSecrets ? await SealAsync(call, [.. found.Value.Devices.Select(device => device.AssetId)]) : new Envelopes(null, null);
        if (!encrypted.IsSuccess)
        {
            return encrypted.Error;
        }

        var projection = ConnectPage.Projection(call.Body);
        return new ConnectAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var device in found.Value.Devices)
            {
                DeviceStruct.Write(json, device, WriterOf(encrypted.Value, device), projection);
            }

            json.WriteEndArray();
        })
        { Beside = json => page.Write(json, found.Value.TotalSize) };
    }

    private async Task<Result<DeviceRecordPage>> FindAsync(ConnectCall call, ConnectPage page)
    {
        using var turn = await limits.BeginSearchAsync(call.Actor.Subject, call.Aborted);
        return turn is null
            ? new TooManyCalls()
            : await records.SearchAsync(call.Actor, new DeviceRecordQuery(call.OrganizationId, call.Body.Text("expression"), page.Number, page.Size), call.Aborted);
    }

    /// <summary>V2.1 has no way to ask for a secret: it is there for whom may have it, and left out for others.</summary>
    private async Task<Result<ConnectAnswer>> WithClearSecretAsync(ConnectCall call, DeviceRecord device)
    {
        var access = await rules.GetAsync(call.Actor, call.Aborted);
        if (access.Value is not { Application.AllowsClearText: true } || !access.Value.Has(Right.ReadSecrets))
        {
            return new ConnectAnswer(json => DeviceStruct.Write(json, device));
        }

        var clear = await secrets.OpenAsync(call.Actor, device.AssetId);
        return clear.IsSuccess
            ? new ConnectAnswer(json => DeviceStruct.Write(json, device, fields => fields.WriteString("deviceSecret", clear.Value.Reveal().Span))) { Secrets = [clear.Value] }
            : clear.Error;
    }

    private async Task<Result<Envelopes>> SealAsync(ConnectCall call, IReadOnlyList<string> assetIds)
    {
        var encrypted = await secrets.SealAsync(call.Actor, assetIds);
        return encrypted switch
        {
            { IsSuccess: true } => new Envelopes(encrypted.Value, null),

            // As EnOS has it: the device is told, and in the place of its secret stands why that is not.
            { Error: AccessDenied denied } => new Envelopes(null, ConnectErrors.Of(denied, call.Action, call.OrganizationId).Message),
            _ => encrypted.Error!,
        };
    }

    private static Action<Utf8JsonWriter>? WriterOf(Envelopes envelopes, DeviceRecord device)
    {
        if (envelopes.Hint is { } hint)
        {
            return json => Write(json, hint, hint);
        }

        return envelopes.ByAsset?.GetValueOrDefault(device.AssetId) is { } secret ? json => Write(json, secret.DeviceSecret, secret.SessionKey) : null;
    }

    private static void Write(Utf8JsonWriter json, string deviceSecret, string sessionKey)
    {
        json.WriteString("deviceSecret", deviceSecret);
        json.WriteString("sessionKey", sessionKey);
    }

    /// <param name="Hint">Why there are none.</param>
    private sealed record Envelopes(IReadOnlyDictionary<string, EncryptedSecret>? ByAsset, string? Hint);
}
