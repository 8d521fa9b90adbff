using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Expressions;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;

namespace Portal.ConnectApi;

/// <summary>A refusal as EnOS words it.</summary>
public sealed record ConnectError(int Code, string Message)
{
    public const int InvalidArgument = 99400;
    public const int Denied = 99403;
    public const int NotFound = 99404;
    public const int Internal = 99500;
    public const int ProductUnknown = 11611;
    public const int ProductUnknownOnUpdate = 11651;
    public const int ProductHasDevices = 11619;
    public const int DeviceKeyExists = 11702;
    public const int DeviceKeyRepeated = 11704;
    public const int TooManyDevices = 11739;
    public const int StatusInvalid = 11794;
    public const int NoPublicKey = 11858;
}

/// <summary>As the contract has it, to the missing blank.</summary>
public sealed record ActionMissing() : Error("Invalid Argument action:action is missing");

/// <summary>The one place where errors of the core become codes of the contract (contract 4.1).</summary>
public static class ConnectErrors
{
    /// <summary>Fields as the core names them, where the API names them otherwise.</summary>
    private static readonly Dictionary<string, string> s_names = new()
    {
        ["name"] = "deviceName",
        ["nameZh"] = "deviceName.i18nValue.zh_CN",
        ["nameEn"] = "deviceName.i18nValue.en_US",
        ["description"] = "deviceDesc",
        ["attributes"] = "deviceAttributes",
        ["tags"] = "deviceTags",
        ["pageNo"] = "pagination.pageNo",
        ["pageSize"] = "pagination.pageSize",
    };

    /// <summary>Whom the gateway turns away: it is no answer of the service.</summary>
    /// <returns>Nothing for an error that <see cref="Of"/> translates.</returns>
    public static Refusal? AtGateway(Error error) => error switch
    {
        NotSignedIn => Refusal.Unauthorized,
        CallRepeated => Refusal.Repeated,

        // The ID was the signature's and not the caller's own.
        OperationReused reused when reused.OperationId.StartsWith(RequestSignatures.CallPrefix, StringComparison.Ordinal) => Refusal.Repeated,
        SecretSuperseded => Refusal.Superseded,
        TooManyCalls => Refusal.TooMany(null),
        StorageUnavailable => Refusal.Unavailable,
        _ => null,
    };

    /// <param name="action">The action that met it: a few codes depend on it.</param>
    /// <param name="organizationId">As the caller named it.</param>
    public static ConnectError Of(Error error, ConnectAction? action = null, string? organizationId = null) => error switch
    {
        ArgumentInvalid or ActionMissing => new(ConnectError.InvalidArgument, error.Message),
        OrganizationNotFound => Argument("orgId", " orgId does not exist"),
        AccessDenied denied => new(ConnectError.Denied, $"Denied resource:  orgId {organizationId} (the application does not have the right {denied.Right})"),
        DeviceKeyInUse => new(ConnectError.DeviceKeyExists, "DeviceKey existed"),
        DeviceKeyUnchanged => new(ConnectError.DeviceKeyRepeated, "DeviceKey is repetitive"),
        DeviceKeyInvalid => Argument(action?.Name == ConnectActions.Replace ? "newDeviceKey" : "deviceKey", "4 to 64 letters, digits, hyphens, underscores or full stops"),
        FieldInvalid field => Argument(s_names.GetValueOrDefault(field.Field, field.Field), field.Expected),
        AssetNotFound when action?.Name == ConnectActions.Replace => Argument("assetId", "assetId, or productKey and deviceKey, does not exist"),
        AssetNotFound => new(ConnectError.NotFound, "Device cannot be found"),
        ProductNotFound => new(action?.Name == ConnectActions.Update ? ConnectError.ProductUnknownOnUpdate : ConnectError.ProductUnknown, "productKey does not exist"),
        DeviceStatusInvalid => new(ConnectError.StatusInvalid, "Device status is invalid"),
        PublicKeyMissing => new(ConnectError.NoPublicKey, "Unable to find public key"),
        ClearTextNotAllowed => new(ConnectError.Denied, $"Denied resource:  orgId {organizationId} (the application may not have secrets in clear text; use V2.4)"),
        ProductHasDevices => new(ConnectError.ProductHasDevices, "Existing Device Restrictions"),
        TooManyDevices => new(ConnectError.TooManyDevices, "Exceed max device size"),
        ExpressionInvalid expression => Argument("expression", $"column {expression.Column}, expected {expression.Expected}"),
        SecretUnreadable => new(ConnectError.Internal, "Internal Server Error"),
        OperationReused => Argument("Idempotency-Key", "it was used for another request"),
        OperationIdInvalid => Argument("Idempotency-Key", "1 to 100 visible ASCII characters"),
        _ => new(ConnectError.InvalidArgument, $"Invalid arguments: {error.Message}"),
    };

    private static ConnectError Argument(string name, string reason) => new(ConnectError.InvalidArgument, $"Invalid Argument {name}: {reason}");
}
