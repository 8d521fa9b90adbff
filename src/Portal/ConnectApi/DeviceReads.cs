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

        var sealedOnes = call.Query.IsTrue("requireSecret") ? await SealAsync(call, [found.Value]) : new SealedDevices([found.Value]);
        return sealedOnes.IsSuccess ? new ConnectAnswer(json => sealedOnes.Value.WriteFirst(json)) : sealedOnes.Error;
    }

    internal async Task<Result<ConnectAnswer>> SearchAsync(ConnectCall call)
    {
        var (page, fault) = ConnectPage.Read(call.Body);
        if (fault is not null)
        {
            return fault;
        }

        // Until its secrets are sealed: that is the longer part of a search for them.
        using var turn = await limits.BeginSearchAsync(call.Actor.Subject, call.Aborted);
        if (turn is null)
        {
            return new TooManyCalls();
        }

        var found = await records.SearchAsync(call.Actor, new DeviceRecordQuery(call.OrganizationId, call.Body.Text("expression"), page.Number, page.Size), call.Aborted);
        if (!found.IsSuccess)
        {
            return found.Error;
        }

        var (devices, projection) = (found.Value.Devices, ConnectPage.Projection(call.Body));
        var wantsSecrets = call.Action.Version == ConnectVersion.V24 && call.Body.Flag("requireSecret") == true && devices.Count > 0 && DeviceStruct.HasSecret(projection);
        var sealedOnes = wantsSecrets ? await SealAsync(call, devices) : new SealedDevices(devices);
        return sealedOnes.IsSuccess
            ? new ConnectAnswer(json => sealedOnes.Value.Write(json, projection)) { Beside = json => page.Write(json, found.Value.TotalSize) }
            : sealedOnes.Error;
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
        if (!clear.IsSuccess)
        {
            return clear.Error;
        }

        var matching = await MatchAsync(call, device, clear.Value.CredentialVersion);
        if (!matching.IsSuccess)
        {
            clear.Value.Secret.Dispose();
            return matching.Error;
        }

        return new ConnectAnswer(json => DeviceStruct.Write(json, matching.Value, fields => fields.Utf8(DeviceStruct.Secret, clear.Value.Secret.Reveal().Span)))
        {
            Secrets = [clear.Value.Secret],
        };
    }

    private async Task<Result<SealedDevices>> SealAsync(ConnectCall call, IReadOnlyList<DeviceRecord> devices)
    {
        var encrypted = await secrets.SealAsync(call.Actor, [.. devices.Select(device => device.AssetId)]);
        if (encrypted.Error is AccessDenied denied)
        {
            // As EnOS has it: the device is told, and in the place of its secret stands why that is not.
            return new SealedDevices(devices) { Hint = ConnectErrors.Of(denied, call.Action, call.OrganizationId).Message };
        }

        if (!encrypted.IsSuccess)
        {
            return encrypted.Error;
        }

        var matching = new List<DeviceRecord>(devices.Count);
        foreach (var device in devices)
        {
            var match = encrypted.Value.GetValueOrDefault(device.AssetId) is { } secret ? await MatchAsync(call, device, secret.CredentialVersion) : device;
            if (!match.IsSuccess)
            {
                return match.Error;
            }

            matching.Add(match.Value);
        }

        return new SealedDevices(matching) { Secrets = encrypted.Value };
    }

    /// <summary>The device as it is with that secret: one that was replaced between the reading of the two is read once more.</summary>
    /// <returns>Or <see cref="SecretSuperseded"/> when it was replaced again, or deleted.</returns>
    private async Task<Result<DeviceRecord>> MatchAsync(ConnectCall call, DeviceRecord device, int credentialVersion)
    {
        if (device.CredentialVersion == credentialVersion)
        {
            return device;
        }

        var again = await records.GetAsync(call.Actor, call.OrganizationId, AssetSelector.Asset(device.AssetId), call.Aborted);
        return again.Value?.CredentialVersion == credentialVersion ? again : new SecretSuperseded(device.AssetId);
    }

    /// <summary>Devices, each with its own secret where one is told.</summary>
    private sealed record SealedDevices(IReadOnlyList<DeviceRecord> Devices)
    {
        public IReadOnlyDictionary<string, CurrentSecret<EncryptedSecret>>? Secrets { get; init; }

        /// <summary>Why there are none.</summary>
        public string? Hint { get; init; }

        public void WriteFirst(Utf8JsonWriter json) => DeviceStruct.Write(json, Devices[0], WriterOf(Devices[0]));

        public void Write(Utf8JsonWriter json, HashSet<string>? projection)
        {
            json.WriteStartArray();
            foreach (var device in Devices)
            {
                DeviceStruct.Write(json, device, WriterOf(device), projection);
            }

            json.WriteEndArray();
        }

        private Action<ProjectedWriter>? WriterOf(DeviceRecord device) =>
            Hint is not null ? fields => Write(fields, Hint, Hint)
            : Secrets?.GetValueOrDefault(device.AssetId) is { Secret: var secret } ? fields => Write(fields, secret.DeviceSecret, secret.SessionKey)
            : null;

        private static void Write(ProjectedWriter fields, string deviceSecret, string sessionKey)
        {
            fields.Text(DeviceStruct.Secret, deviceSecret);
            fields.Text(DeviceStruct.SessionKey, sessionKey);
        }
    }
}
