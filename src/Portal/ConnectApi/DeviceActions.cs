using Portal.Core;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Replacements;

namespace Portal.ConnectApi;

/// <summary>What <c>/devices</c> does: words a request of the contract as a command of the core, and its outcome as an answer.</summary>
public sealed class DeviceActions(
    ReplacementService replacements, DeviceService devices, DeviceUpdateService updates, ApplicationSecrets secrets, DeviceBatch batch, DeviceReads reads)
{
    public async Task<Result<ConnectAnswer>> ReplaceAsync(ConnectCall call)
    {
        var replaced = await replacements.ReplaceAsync(call.Actor, new ReplaceDeviceRequest(
            SelectorOf(call), call.Body.Text("newDeviceKey")!, DeliveryFor(call), ReplacementReason.Other, OperationId: call.OperationId));
        return replaced.IsSuccess
            ? await AnswerAsync(call, new MadeDevice(
                replaced.Value.AssetId, replaced.Value.ProductKey, replaced.Value.DeviceKey, replaced.Value.CredentialVersion, replaced.Value.Secret, replaced.Value.RequestId))
            : replaced.Error;
    }

    public async Task<Result<ConnectAnswer>> CreateAsync(ConnectCall call)
    {
        var created = await devices.CreateAsync(call.Actor, NewDevices.Read(call.OrganizationId, call.Body, DeliveryFor(call), call.OperationId));
        return created.IsSuccess ? await AnswerAsync(call, MadeDevice.Of(created.Value)) : created.Error;
    }

    public Task<Result<ConnectAnswer>> BatchCreateAsync(ConnectCall call) => batch.CreateAsync(call, DeliveryFor(call));

    public Task<Result<ConnectAnswer>> GetAsync(ConnectCall call) => reads.GetAsync(call, SelectorOf(call));

    public Task<Result<ConnectAnswer>> SearchAsync(ConnectCall call) => reads.SearchAsync(call);

    public async Task<Result<ConnectAnswer>> EnableAsync(ConnectCall call) => Nothing(await devices.EnableAsync(call.Actor, SelectorOf(call), operationId: call.OperationId));

    public async Task<Result<ConnectAnswer>> DisableAsync(ConnectCall call) => Nothing(await devices.DisableAsync(call.Actor, SelectorOf(call), operationId: call.OperationId));

    public async Task<Result<ConnectAnswer>> DeleteAsync(ConnectCall call) => Nothing(await devices.DeleteAsync(call.Actor, SelectorOf(call), operationId: call.OperationId));

    public async Task<Result<ConnectAnswer>> UpdateAsync(ConnectCall call)
    {
        var name = ConnectName.Read(call.Body.Find("deviceName"));
        return Nothing(await updates.UpdateAsync(call.Actor, new UpdateDeviceRequest(SelectorOf(call), call.Query.Flag("isPatchUpdate") ?? true)
        {
            Name = name?.Default,
            NameZh = name?.Zh,
            NameEn = name?.En,
            Description = call.Body.Text("deviceDesc"),
            TimeZone = call.Body.Text("timezone"),
            Attributes = call.Body.Find("deviceAttributes")?.GetRawText(),
            Tags = call.Body.Texts("deviceTags"),
            OperationId = call.OperationId,
        }));
    }

    private async Task<Result<ConnectAnswer>> AnswerAsync(ConnectCall call, MadeDevice made)
    {
        if (call.Action.Version == ConnectVersion.V24)
        {
            return new ConnectAnswer(json => made.Write(json, null)) { RequestId = made.RequestId };
        }

        var secret = await secrets.OpenMadeAsync(call.Actor, made.AssetId, made.CredentialVersion);
        return secret.IsSuccess
            ? new ConnectAnswer(json => made.Write(json, secret.Value)) { RequestId = made.RequestId, Secrets = [secret.Value] }
            : secret.Error;
    }

    private static Result<ConnectAnswer> Nothing(Result<ChangedDevice> changed) =>
        changed.IsSuccess ? new ConnectAnswer { RequestId = changed.Value.RequestId } : changed.Error;

    private static AssetSelector SelectorOf(ConnectCall call) =>
        call.Query.TryGetValue("assetId", out var assetId) ? AssetSelector.Asset(assetId) : AssetSelector.Key(call.Query["productKey"], call.Query["deviceKey"]);

    /// <summary>V2.1 knows secrets in clear text only and always answers with one.</summary>
    private static SecretDelivery DeliveryFor(ConnectCall call) =>
        call.Action.Version == ConnectVersion.V21 ? SecretDelivery.Clear
        : call.Body.Flag("requireSecret") == true ? SecretDelivery.Encrypted
        : SecretDelivery.None;
}
