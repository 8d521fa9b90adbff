using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Connections;
using Portal.Resources;

namespace Portal.Features.Connections;

/// <summary>The connection log of an asset: who signed in, left or was refused, and why.</summary>
public sealed partial class ConnectionSection
{
    /// <summary>Nothing while it is read.</summary>
    [Parameter, EditorRequired]
    public required AssetConnections? Connections { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnMore { get; set; }

    [Inject]
    public required IStringLocalizer<ConnectionsText> Text { get; init; }

    private string ReasonOf(LoggedConnection line) => line switch
    {
        { Kind: ConnectionKind.SignedOut, SignOutReason: { } reason } => Text[$"SignedOut{reason}"],
        { Kind: ConnectionKind.Refused, By: KnockedBy.OldUnit } => Text["RefusedOldUnit"],
        { Kind: ConnectionKind.Refused, By: KnockedBy.OtherUnit, OtherAssetId: { } other } => Text["RefusedOtherUnit", other],
        { Kind: ConnectionKind.Refused, By: KnockedBy.OtherUnit } => Text["RefusedStranger"],
        { Kind: ConnectionKind.Refused, By: KnockedBy.WrongWay } => Text["RefusedWrongWay"],
        { Kind: ConnectionKind.Refused } => Text[$"Refused{line.Code}"] is { ResourceNotFound: false } reason ? reason : Text["RefusedOther"],
        { Kind: ConnectionKind.Activated or ConnectionKind.SignedIn, SignOutReason: { } reason } => Text["OverAtOnce", Text[$"SignedOut{reason}"]],
        { Kind: ConnectionKind.Activated } => Text["ActivatedFirst"],
        _ => "",
    };
}
