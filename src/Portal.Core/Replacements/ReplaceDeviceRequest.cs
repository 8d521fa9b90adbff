using Portal.Core.Applications;
using Portal.Core.Devices;

namespace Portal.Core.Replacements;

/// <param name="Selector">The asset, or the present identity of its device.</param>
/// <param name="NewDeviceKey">As typed or scanned; it is taken as it is.</param>
/// <param name="Delivery">How the new secret reaches the actor.</param>
/// <param name="SeenVersion">The <see cref="Device.Version"/> that the operator looked at; <see langword="null"/> for callers that saw none.</param>
/// <param name="Note">Free text of the operator, up to 500 characters.</param>
/// <param name="OperationId">Made once for each intent; asking again gives the same outcome.</param>
/// <param name="AllowsActivation">The new hardware may fetch its secret itself, if its product allows that.</param>
public sealed record ReplaceDeviceRequest(
    AssetSelector Selector, string NewDeviceKey, SecretDelivery Delivery, ReplacementReason Reason, string? Note = null, int? SeenVersion = null, string? OperationId = null,
    bool AllowsActivation = false);

/// <param name="CredentialVersion">The generation of the new secret.</param>
/// <param name="Secret">Only with <see cref="SecretDelivery.Encrypted"/>.</param>
/// <param name="RequestId">The call that it was first the answer to (<see cref="Access.Actor.RequestId"/>).</param>
public sealed record ReplacedDevice(
    string AssetId, string ProductKey, string OldDeviceKey, string DeviceKey, long ReplacementId, Guid? RevealGrantId, int Version,
    int CredentialVersion, EncryptedSecret? Secret = null, string? RequestId = null);

/// <summary>Same key, new secret.</summary>
public sealed record ReissueSecretRequest(
    AssetSelector Selector, ReplacementReason Reason, string? Note = null, int? SeenVersion = null, string? OperationId = null);
