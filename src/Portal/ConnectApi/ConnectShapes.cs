using static Portal.ConnectApi.Member;

namespace Portal.ConnectApi;

/// <summary>What requests and answers are made of.</summary>
internal static class ConnectShapes
{
    /// <summary>A name in more than one language.</summary>
    public static Shape StringI18n { get; } = Shape.Record(
        Required("defaultValue", Shape.Text, "The name where there is none in the reader's language; 1 to 64 characters."),
        Optional("i18nValue", Shape.Record(
            Optional("en_US", Shape.Text, "The name in English."),
            Optional("zh_CN", Shape.Text, "The name in Chinese.")), "Names by language; other languages than these are taken and not kept.")) with
    { Name = "StringI18n" };

    public static Shape Pagination { get; } = Shape.Record(
        Optional("pageNo", Shape.Number, "From 1; 1 when left out."),
        Optional("pageSize", Shape.Number, "1 to 1000; 10 when left out."),
        Optional("sorters", Shape.Array(Shape.Free), "Not supported: the newest comes first.")) with
    { Name = "Pagination" };

    public static Shape AnsweredPagination { get; } = Shape.Record(
        Optional("sortedBy", Shape.Text, "Always null."),
        Required("pageNo", Shape.Number, "As asked for."),
        Required("pageSize", Shape.Number, "As asked for."),
        Required("totalSize", Shape.LongNumber, "How many there are in all.")) with
    { Name = "AnsweredPagination" };

    private static readonly Member[] s_newDevice =
    [
        Required("productKey", Shape.Text, "The product it is made from."),
        Required("timezone", Shape.Text, "Offset of the place, as `+08:00`."),
        Required("deviceName", StringI18n, "What people call it."),
        Optional("deviceKey", Shape.Text, "4 to 64 letters, digits, `-`, `_`, `.`; unique in its product. One is made when it is left out."),
        Optional("deviceDesc", Shape.Text, "Up to 512 characters in one line."),
        Optional("deviceAttributes", Shape.Free, "Attributes of the model, by identifier."),
        Optional("deviceTags", Shape.Map(Shape.Text), "At most 100; names of up to 50 letters, digits, `_`, `-`, `/`, values of up to 200 characters."),
    ];

    private static readonly Member s_requireSecret =
        Optional("requireSecret", Shape.Boolean, "Whether the secret is returned, encrypted for the application's RSA key; false when left out.");

    private static readonly Member s_dynamicActivation =
        Optional("dynamicActivateEnabled", Shape.Boolean, "Whether devices that were never activated may fetch their secret with the product's; a person makes that one in the portal.");

    private static readonly Member s_certificates = Optional("biDirectionalAuth", Shape.Boolean, "`false`: devices have secrets here, not certificates.");

    public static Shape NewDevice(ConnectVersion version) => Shape.Record(WithSecret(version, s_newDevice));

    public static Shape NewDevices(ConnectVersion version) => Shape.Record(WithSecret(version,
        Required("deviceList", Shape.Array(NewDevice(version)), "The devices; each is made, or refused, on its own.")));

    public static Shape Replacement(ConnectVersion version) => Shape.Record(WithSecret(version,
        Required("newDeviceKey", Shape.Text, "The key of the new hardware: 4 to 64 letters, digits, `-`, `_`, `.`.")));

    public static Shape DeviceUpdate { get; } = Shape.Record(
        Optional("timezone", Shape.Text, "Offset of the place, as `+08:00`."),
        Optional("deviceName", StringI18n, "What people call it."),
        Optional("deviceDesc", Shape.Text, "Up to 512 characters in one line."),
        Optional("deviceAttributes", Shape.Free, "Attributes of the model, by identifier."),
        Optional("deviceTags", Shape.Map(Shape.Text), "Tags."));

    public static Shape DeviceSearch(ConnectVersion version) => Shape.Record(WithSecret(version,
        Optional("expression", Shape.Text, "Conditions joined by `and`, `or`, `not` and parentheses, as `productKey = 'pk1' and deviceName like 'pump'`. Everything when left out."),
        Optional("pagination", Pagination, "Which page."),
        Optional("projection", Shape.Array(Shape.Text), "Names of the fields that are wanted; all when left out."),
        Optional("populateLastUpdateInfo", Shape.Boolean, "Accepted; the four `...LastUpdate` fields are null.")));

    public static Shape NewProduct { get; } = Shape.Record(
        Required("productName", StringI18n, "1 to 64 characters, none of `< > ; @ * % & \\`."),
        Required("modelId", Shape.Text, "Asset model, as `EnOS_Solar_Inverter`."),
        Optional("productDesc", Shape.Text, "Up to 512 characters."),
        Optional("productType", Shape.Text, "`Device` (when left out) or `Gateway`."),
        Optional("dataFormat", Shape.Text, "`Json`."),
        s_dynamicActivation, s_certificates);

    public static Shape ProductUpdate { get; } = Shape.Record(
        Optional("productName", StringI18n, "1 to 64 characters, none of `< > ; @ * % & \\`."),
        Optional("productDesc", Shape.Text, "Up to 512 characters."),
        s_dynamicActivation, s_certificates);

    public static Shape ProductSearch { get; } = Shape.Record(
        Optional("expression", Shape.Text, "`productKey` and `modelId` with `=` or `in`, `productName` (also `.default`, `.zh_CN`, `.en_US`) with `like`, `productTags.<name>` with `=` or `exists(...)` (no product has tags). Everything when left out."),
        Optional("pagination", Pagination, "Which page."),
        Optional("projection", Shape.Array(Shape.Text), "Names of the fields that are wanted; all when left out."));

    /// <summary>The identity of a device and, where it was asked for, its secret.</summary>
    public static Shape DeviceIdentity(ConnectVersion version) => Shape.Record(
    [
        Required("assetId", Shape.Text, "Stays for the life of the asset."),
        Required("productKey", Shape.Text, "Its product."),
        Required("deviceKey", Shape.Text, "The present device key."),
        .. Secret(version),
    ]) with
    { Name = $"DeviceIdentity{version}" };

    public static Shape Device(ConnectVersion version) => Shape.Record(
    [
        Required("orgId", Shape.Text, "Its organization."),
        Required("assetId", Shape.Text, "Stays for the life of the asset."),
        Required("modelId", Shape.Text, "Asset model of its product."),
        Required("modelIdPath", Shape.Text, "The model with its parents."),
        Required("productKey", Shape.Text, "Its product."),
        Required("productName", StringI18n, "Name of the product."),
        Required("productType", Shape.Text, "`Device` or `Gateway`."),
        Required("dataFormat", Shape.Text, "`Json`."),
        Required("deviceKey", Shape.Text, "The present device key."),
        Required("deviceName", StringI18n, "What people call it."),
        .. Secret(version),
        Optional("deviceDesc", Shape.Text, "Null where there is none."),
        Required("timezone", Shape.Text, "Offset of the place."),
        Required("deviceAttributes", Shape.Free, "Attributes; an empty object where there are none."),
        Required("deviceTags", Shape.Map(Shape.Text), "Tags; an empty object where there are none."),
        Optional("firmwareVersion", Shape.Text, "Null: the portal does not know it."),
        Required("createTime", Shape.LongNumber, "Milliseconds since 1970 in UTC, as all times."),
        Required("status", Shape.Text, "`inactive`, `online`, `offline` or `disabled`."),
        Required("activeTime", Shape.LongNumber, "First sign-in of the present hardware; 0 before."),
        Required("lastOnlineTime", Shape.LongNumber, "0 when it never was."),
        Required("lastOfflineTime", Shape.LongNumber, "0 when it never was."),
        Optional("measurepointLastUpdate", Shape.LongNumber, "Null."),
        Optional("eventLastUpdate", Shape.LongNumber, "Null."),
        Optional("attributeLastUpdate", Shape.LongNumber, "Null."),
        Optional("featureLastUpdate", Shape.LongNumber, "Null."),
    ]) with
    { Name = $"Device{version}" };

    public static Shape Product { get; } = Shape.Record(
        Required("orgId", Shape.Text, "Its organization."),
        Required("productKey", Shape.Text, "Unique among all products."),
        Required("productName", StringI18n, "What people call it."),
        Optional("productDesc", Shape.Text, "Null where there is none."),
        Required("productType", Shape.Text, "`Device` or `Gateway`."),
        Required("modelId", Shape.Text, "Asset model."),
        Required("dataFormat", Shape.Text, "`Json`."),
        Required("dynamicActivateEnabled", Shape.Boolean, "Whether devices that were never activated may fetch their secret with the product's."),
        Required("biDirectionalAuth", Shape.Boolean, "Always false."),
        Required("createTime", Shape.LongNumber, "Milliseconds since 1970 in UTC.")) with
    { Name = "Product" };

    private static Member[] WithSecret(ConnectVersion version, params Member[] members) =>
        version == ConnectVersion.V24 ? [.. members, s_requireSecret] : members;

    private static Member[] Secret(ConnectVersion version) => version == ConnectVersion.V24
        ?
        [
            Optional("deviceSecret", Shape.Text, "Only with `requireSecret`: base64 of nonce (12 bytes), ciphertext and tag (16 bytes) of AES-256-GCM under the session key."),
            Optional("sessionKey", Shape.Text, "Only with `requireSecret`: base64 of the 32-byte session key, RSA-OAEP (SHA-256) encrypted for the application's public key."),
        ]
        : [Optional("deviceSecret", Shape.Text, "In clear text.")];
}
