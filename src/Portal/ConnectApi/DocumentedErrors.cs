namespace Portal.ConnectApi;

/// <summary>Codes as the documentation lists them at the actions that answer them.</summary>
internal static class DocumentedErrors
{
    public static readonly DocumentedError Arguments = new(ConnectError.InvalidArgument, "Invalid Argument <name>: ...", "an argument is missing, unknown, doubled or not what it has to be");
    public static readonly DocumentedError Denied = new(ConnectError.Denied, "Denied resource:  orgId o...", "the application lacks the right");
    public static readonly DocumentedError UnknownAsset = new(ConnectError.InvalidArgument, "Invalid Argument assetId: ...", "there is no such device in the organization");
    public static readonly DocumentedError UnknownDevice = new(ConnectError.NotFound, "Device cannot be found", "there is no such device in the organization");
    public static readonly DocumentedError KeyExists = new(ConnectError.DeviceKeyExists, "DeviceKey existed", "another device of the product has that key");
    public static readonly DocumentedError KeyRepeated = new(ConnectError.DeviceKeyRepeated, "DeviceKey is repetitive", "the device has that key now");
    public static readonly DocumentedError NoPublicKey = new(ConnectError.NoPublicKey, "Unable to find public key", "`requireSecret` was asked for and the application has no RSA key; nothing is changed");
    public static readonly DocumentedError ClearTextDenied = new(ConnectError.Denied, "Denied resource:  orgId o...", "the application may not have secrets in clear text; nothing is changed");
    public static readonly DocumentedError Unreadable = new(ConnectError.Internal, "Internal Server Error", "the stored secret does not open; an alarm for who runs the portal");
    public static readonly DocumentedError UnknownProduct = new(ConnectError.ProductUnknown, "productKey does not exist", "there is no such product in the organization");
    public static readonly DocumentedError UnknownProductOnUpdate = new(ConnectError.ProductUnknownOnUpdate, "productKey does not exist", "there is no such product in the organization");
    public static readonly DocumentedError ProductHasDevices = new(ConnectError.ProductHasDevices, "Existing Device Restrictions", "devices were made from the product");
    public static readonly DocumentedError TooManyDevices = new(ConnectError.TooManyDevices, "Exceed max device size", "the product has as many devices as it may have");
    public static readonly DocumentedError StatusInvalid = new(ConnectError.StatusInvalid, "Device status is invalid", "the device is in that state already");
}
