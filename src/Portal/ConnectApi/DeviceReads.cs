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

        // V2.1 has no way to ask for a secret: whoever may have it gets it.
        var told = await TellAsync(call, [found.Value], call.Action.Version == ConnectVersion.V21 || call.Query.Flag("requireSecret") == true);
        return told.IsSuccess ? new ConnectAnswer(json => told.Value.WriteFirst(json)) { Secrets = told.Value.ToWipe } : told.Error;
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
        var wantsSecrets = DeviceStruct.HasSecret(projection) && (call.Action.Version == ConnectVersion.V21 || call.Body.Flag("requireSecret") == true);
        var told = await TellAsync(call, devices, wantsSecrets);
        return told.IsSuccess
            ? new ConnectAnswer(json => told.Value.Write(json, projection)) { Beside = json => page.Write(json, found.Value.TotalSize), Secrets = told.Value.ToWipe }
            : told.Error;
    }

    private async Task<Result<ToldDevices>> TellAsync(ConnectCall call, IReadOnlyList<DeviceRecord> devices, bool wantsSecrets) =>
        !wantsSecrets ? new ToldDevices(devices) : call.Action.Version == ConnectVersion.V21 ? await OpenAsync(call, devices) : await SealAsync(call, devices);

    /// <summary>In clear text for an application that may have them so; for others they are left out.</summary>
    private async Task<Result<ToldDevices>> OpenAsync(ConnectCall call, IReadOnlyList<DeviceRecord> devices)
    {
        var access = await rules.GetAsync(call.Actor, call.Aborted);
        if (access.Value is not { Application.AllowsClearText: true } || !access.Value.Has(Right.ReadSecrets))
        {
            return new ToldDevices(devices);
        }

        var clear = await secrets.OpenAsync(call.Actor, [.. devices.Select(device => device.AssetId)]);
        if (!clear.IsSuccess)
        {
            return clear.Error;
        }

        var matching = await MatchAsync(call, devices, clear.Value);
        if (!matching.IsSuccess)
        {
            clear.Value.Values.ToList().ForEach(opened => opened.Secret.Dispose());
            return matching.Error;
        }

        return new ToldDevices(matching.Value)
        {
            Writers = clear.Value.ToDictionary(told => told.Key, told => (Action<ProjectedWriter>)(fields => fields.Utf8(DeviceStruct.Secret, told.Value.Secret.Reveal().Span))),
            ToWipe = [.. clear.Value.Values.Select(told => told.Secret)],
        };
    }

    private async Task<Result<ToldDevices>> SealAsync(ConnectCall call, IReadOnlyList<DeviceRecord> devices)
    {
        var encrypted = await secrets.SealAsync(call.Actor, [.. devices.Select(device => device.AssetId)]);
        if (encrypted.Error is AccessDenied denied)
        {
            // As EnOS has it: the device is told, and in the place of its secret stands why that is not.
            var hint = ConnectErrors.Of(denied, call.Action, call.OrganizationId).Message;
            return new ToldDevices(devices) { Writers = devices.ToDictionary(device => device.AssetId, _ => WriterOf(hint, hint)) };
        }

        if (!encrypted.IsSuccess)
        {
            return encrypted.Error;
        }

        var matching = await MatchAsync(call, devices, encrypted.Value);
        return matching.IsSuccess
            ? new ToldDevices(matching.Value) { Writers = encrypted.Value.ToDictionary(told => told.Key, told => WriterOf(told.Value.Secret.DeviceSecret, told.Value.Secret.SessionKey)) }
            : matching.Error;
    }

    private static Action<ProjectedWriter> WriterOf(string deviceSecret, string sessionKey) => fields =>
    {
        fields.Text(DeviceStruct.Secret, deviceSecret);
        fields.Text(DeviceStruct.SessionKey, sessionKey);
    };

    /// <summary>The devices as they are with those secrets: one that was replaced between the reading of the two is read once more.</summary>
    /// <returns>Or <see cref="SecretSuperseded"/> when it was replaced again, or deleted.</returns>
    private async Task<Result<IReadOnlyList<DeviceRecord>>> MatchAsync<T>(
        ConnectCall call, IReadOnlyList<DeviceRecord> devices, IReadOnlyDictionary<string, CurrentSecret<T>> secrets)
    {
        var matching = new List<DeviceRecord>(devices.Count);
        foreach (var device in devices)
        {
            if (secrets.GetValueOrDefault(device.AssetId) is not { } secret || secret.CredentialVersion == device.CredentialVersion)
            {
                matching.Add(device);
                continue;
            }

            var again = await records.GetAsync(call.Actor, call.OrganizationId, AssetSelector.Asset(device.AssetId), call.Aborted);
            if (again.Value?.CredentialVersion != secret.CredentialVersion)
            {
                return new SecretSuperseded(device.AssetId);
            }

            matching.Add(again.Value);
        }

        return matching;
    }

    /// <summary>Devices, and what writes the secret of each where one is told.</summary>
    private sealed record ToldDevices(IReadOnlyList<DeviceRecord> Devices)
    {
        /// <summary>By asset ID.</summary>
        public IReadOnlyDictionary<string, Action<ProjectedWriter>>? Writers { get; init; }

        public IReadOnlyList<IDisposable> ToWipe { get; init; } = [];

        public void WriteFirst(Utf8JsonWriter json) => DeviceStruct.Write(json, Devices[0], WriterFor(Devices[0]));

        public void Write(Utf8JsonWriter json, HashSet<string>? projection)
        {
            json.WriteStartArray();
            foreach (var device in Devices)
            {
                DeviceStruct.Write(json, device, WriterFor(device), projection);
            }

            json.WriteEndArray();
        }

        private Action<ProjectedWriter>? WriterFor(DeviceRecord device) => Writers?.GetValueOrDefault(device.AssetId);
    }
}
