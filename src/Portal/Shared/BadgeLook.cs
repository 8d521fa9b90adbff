using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.Reveals;

namespace Portal.Shared;

/// <summary>How a state is drawn (colour and shape, as CSS classes) and which word of <c>SharedText</c> names it.</summary>
public sealed record BadgeLook(string Classes, string TextKey)
{
    /// <remarks>No two states that can stand in one column share a shape, so that the colour is never needed.</remarks>
    public static BadgeLook Of(Enum state) => state switch
    {
        DeviceStatus.Online => new("badge badge-good shape-disc", "StatusOnline"),
        DeviceStatus.Offline => new("badge shape-ring", "StatusOffline"),
        DeviceStatus.Inactive => new("badge badge-warn shape-diamond", "StatusInactive"),
        DeviceStatus.Disabled => new("badge badge-bad shape-square", "StatusDisabled"),
        ReplacementState.AwaitingHardware => new("badge badge-warn shape-half", "StateAwaitingHardware"),
        ReplacementState.Connected => new("badge badge-good shape-check", "StateConnected"),
        ReplacementState.Superseded => new("badge shape-hollow-square", "StateSuperseded"),
        SecretConfirmation.Confirmed => new("badge badge-good shape-check", "SecretConfirmed"),
        SecretConfirmation.NotYetConfirmed => new("badge badge-warn shape-half", "SecretNotYetConfirmed"),
        SecretConfirmation.NeverConfirmed => new("badge badge-bad shape-triangle", "SecretNeverConfirmed"),
        SecretConfirmation.NotRequested => new("badge shape-bar", "SecretNotRequested"),
        ConnectionKind.SignedIn => new("badge badge-good shape-disc", "ConnectionSignedIn"),
        ConnectionKind.Activated => new("badge badge-good shape-check", "ConnectionActivated"),
        ConnectionKind.SignedOut => new("badge shape-ring", "ConnectionSignedOut"),
        ConnectionKind.Refused => new("badge badge-bad shape-triangle", "ConnectionRefused"),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No look for this state."),
    };
}
