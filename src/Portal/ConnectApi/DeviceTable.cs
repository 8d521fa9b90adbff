using Portal.Core.Access;
using static Portal.ConnectApi.ConnectActions;
using static Portal.ConnectApi.DocumentedErrors;

namespace Portal.ConnectApi;

/// <summary>The rows of <c>/devices</c>.</summary>
internal static class DeviceTable
{
    private const string SecretExample = """, "deviceSecret": "u6Cq3dQW0yvC0mQ5m7nS1Jw3...", "sessionKey": "kX0jXG1pTtq6cO8yq4w1Zg..." """;

    public static IEnumerable<ConnectAction> Rows(DeviceActions actions) =>
    [
        Replacing(ConnectVersion.V24, actions), Creating(ConnectVersion.V24, actions), CreatingMany(ConnectVersion.V24, actions),
        Getting(ConnectVersion.V24, actions), Searching(ConnectVersion.V24, actions),
        Replacing(ConnectVersion.V21, actions), Creating(ConnectVersion.V21, actions), CreatingMany(ConnectVersion.V21, actions),
        Getting(ConnectVersion.V21, actions), Searching(ConnectVersion.V21, actions),
        Switching(Enable, actions.EnableAsync, "Enable a device", "Lets a disabled device sign in again; it is inactive, offline or online as before."),
        Switching(Disable, actions.DisableAsync, "Disable a device", "Ends the device's session and keeps it out until it is enabled."),
        Updating(actions), Deleting(actions),
    ];

    private static ConnectAction Replacing(ConnectVersion version, DeviceActions actions) =>
        new(version, ConnectResource.Devices, Replace, HttpMethods.Post, actions.ReplaceAsync)
        {
            Right = Right.Replace,
            Title = "Replace a device",
            About = "Puts new hardware behind an asset: the asset keeps its ID and its data, the device gets the new key and a fresh secret and is inactive until it signs in, also if it was disabled: new hardware puts the asset back into service. The old key and secret are dead from the moment of the answer.",
            TakesSelector = true,
            Body = ConnectShapes.Replacement(version),
            Data = ConnectShapes.DeviceIdentity(version),
            Errors = [KeyExists, KeyRepeated, UnknownAsset, Arguments, Denied, version == ConnectVersion.V24 ? NoPublicKey : ClearTextDenied],
            BodyExample = version == ConnectVersion.V24 ? """{ "newDeviceKey": "INV-2041-B", "requireSecret": true }""" : """{ "newDeviceKey": "INV-2041-B" }""",
            DataExample = $$"""{ "assetId": "mN4kP7Qz", "productKey": "INV-SUN2000", "deviceKey": "INV-2041-B"{{SecretIn(version)}} }""",
        };

    private static ConnectAction Creating(ConnectVersion version, DeviceActions actions) =>
        new(version, ConnectResource.Devices, Create, HttpMethods.Post, actions.CreateAsync)
        {
            Right = Right.ManageDevices,
            Title = "Create a device",
            About = "Creates a device, and the asset that it is behind, from a product.",
            Body = ConnectShapes.NewDevice(version),
            Data = ConnectShapes.DeviceIdentity(version),
            Errors = [KeyExists, UnknownProduct, TooManyDevices, Arguments, Denied, version == ConnectVersion.V24 ? NoPublicKey : ClearTextDenied],
            BodyExample = $$"""{{{NewDeviceExample}}{{(version == ConnectVersion.V24 ? ", \"requireSecret\": true" : "")}} }""",
            DataExample = $$"""{ "assetId": "mN4kP7Qz", "productKey": "INV-SUN2000", "deviceKey": "INV-2041"{{SecretIn(version)}} }""",
        };

    private static ConnectAction CreatingMany(ConnectVersion version, DeviceActions actions) =>
        new(version, ConnectResource.Devices, BatchCreate, HttpMethods.Post, actions.BatchCreateAsync)
        {
            Right = Right.ManageDevices,
            Title = "Create many devices",
            About = "Creates each device of a list on its own: one that is refused keeps no other from being made. `code` of the whole is 0; each element has a code of its own, 0 or -1.",
            Body = ConnectShapes.NewDevices(version),
            Data = Shape.Array(Shape.Record(
                Member.Required("code", Shape.Number, "0, or -1 for one that was refused."),
                Member.Required("msg", Shape.Text, "`OK`, or why not."),
                Member.Optional("data", ConnectShapes.DeviceIdentity(version), "Null for one that was refused."))),
            Beside = [Member.Required("successSize", Shape.Number, "How many were made."), Member.Required("totalSize", Shape.Number, "How many were asked for.")],
            Errors = [Arguments, Denied, version == ConnectVersion.V24 ? NoPublicKey : ClearTextDenied],
            BodyExample = $$"""{ "deviceList": [{{{NewDeviceExample}} }] }""",
            DataExample = """[{ "code": 0, "msg": "OK", "data": { "assetId": "mN4kP7Qz", "productKey": "INV-SUN2000", "deviceKey": "INV-2041" } }]""",
        };

    private static ConnectAction Getting(ConnectVersion version, DeviceActions actions) =>
        new(version, ConnectResource.Devices, Get, HttpMethods.Get, actions.GetAsync)
        {
            Right = Right.Read,
            Title = "Get a device",
            About = version == ConnectVersion.V24
                ? "One device. Its secret, encrypted, only with `requireSecret` and the application's right ReadSecrets; each such read is in the audit trail."
                : "One device, with its secret in clear text where the application may have it so; each such read is in the audit trail.",
            TakesSelector = true,
            Parameters = version == ConnectVersion.V24 ? [new QueryParameter("requireSecret", false, "Whether the secret is returned, encrypted for the application's RSA key.", Shape.Boolean)] : [],
            Data = ConnectShapes.Device(version),
            Errors = [UnknownDevice, Arguments, Denied, Unreadable, .. version == ConnectVersion.V24 ? [NoPublicKey] : (DocumentedError[])[]],
            DataExample = DeviceExample,
        };

    private static ConnectAction Searching(ConnectVersion version, DeviceActions actions) =>
        new(version, ConnectResource.Devices, Search, HttpMethods.Post, actions.SearchAsync)
        {
            Right = Right.Read,
            Title = "Search devices",
            About = """
                The newest first. Conditions are joined with `and`, `or`, `not` and parentheses; texts stand in `'` or `"`.

                | field | operators |
                | --- | --- |
                | `assetId`, `deviceKey`, `productKey`, `firmwareVersion` | `=`, `in (...)` |
                | `modelId` | `=`, `!=`, `in (...)` |
                | `productType` (`Device`, `Gateway`) | `=` |
                | `deviceName`, also `.default`, `.zh_CN`, `.en_US` | `like` (part of the name) |
                | `status` (`inactive`, `online`, `offline`, `disable`; `mirror`, which no device is) | `=`, `in (...)` |
                | `deviceTags.<name>` | `=`, `!=`, `in (...)`, `exists(...)` |
                | `deviceAttributes.<name>` | `=`, `in (...)`, `exists(...)` |

                An application's searches run a few at a time (`ConnectApi:SearchesAtOnce`); more wait up to two seconds and are then told 429.
                """,
            Body = ConnectShapes.DeviceSearch(version),
            Data = Shape.Array(ConnectShapes.Device(version)),
            Beside = [Member.Required("pagination", ConnectShapes.AnsweredPagination, "Which page this is.")],
            Errors = [Arguments, Denied, Unreadable, .. version == ConnectVersion.V24 ? [NoPublicKey] : (DocumentedError[])[]],
            BodyExample = """{ "expression": "status in ('inactive', 'offline') and deviceName like 'Inverter'", "pagination": { "pageNo": 1, "pageSize": 20 } }""",
            DataExample = $"[{DeviceExample}]",
        };

    private static ConnectAction Switching(string name, Func<ConnectCall, Task<Core.Result<ConnectAnswer>>> handler, string title, string about) =>
        new(ConnectVersion.V21, ConnectResource.Devices, name, HttpMethods.Post, handler)
        {
            Right = Right.ManageDevices,
            Title = title,
            About = about,
            TakesSelector = true,
            Errors = [StatusInvalid, UnknownDevice, Arguments, Denied],
        };

    private static ConnectAction Updating(DeviceActions actions) =>
        new(ConnectVersion.V21, ConnectResource.Devices, Update, HttpMethods.Post, actions.UpdateAsync)
        {
            Right = Right.ManageDevices,
            Title = "Update a device",
            About = "Name, description, time zone, attributes and tags. What is left out stays as it is; with `isPatchUpdate=false` it is cleared, and `timezone` and `deviceName` are needed.",
            TakesSelector = true,
            Parameters = [new QueryParameter("isPatchUpdate", false, "Whether what is left out stays as it is; true when left out.", Shape.Boolean)],
            Body = ConnectShapes.DeviceUpdate,
            Errors = [UnknownDevice, Arguments, Denied],
            BodyExample = """{ "deviceName": { "defaultValue": "Inverter 2041" }, "timezone": "+08:00", "deviceTags": { "row": "7" } }""",
        };

    private static ConnectAction Deleting(DeviceActions actions) =>
        new(ConnectVersion.V21, ConnectResource.Devices, Delete, HttpMethods.Post, actions.DeleteAsync)
        {
            Right = Right.ManageDevices,
            Title = "Delete a device",
            About = "Removes the device; its history and its audit entries stay.",
            TakesSelector = true,
            Errors = [UnknownDevice, Arguments, Denied],
        };

    private static string SecretIn(ConnectVersion version) => version == ConnectVersion.V24 ? SecretExample : """, "deviceSecret": "t7KpWmR4yXcVbN2qHsZfLdGj8QeUa3Mx" """;

    private const string NewDeviceExample = """ "productKey": "INV-SUN2000", "timezone": "+08:00", "deviceName": { "defaultValue": "Inverter 2041", "i18nValue": { "zh_CN": "逆变器 2041" } }, "deviceKey": "INV-2041", "deviceTags": { "row": "7" }""";

    private const string DeviceExample = """
        { "orgId": "o15724301680011", "assetId": "mN4kP7Qz", "modelId": "EnOS_Solar_Inverter", "modelIdPath": "/EnOS_Solar_Inverter", "productKey": "INV-SUN2000",
          "productName": { "defaultValue": "String inverter", "i18nValue": { "zh_CN": "组串式逆变器" } }, "productType": "Device", "dataFormat": "Json", "deviceKey": "INV-2041",
          "deviceName": { "defaultValue": "Inverter 2041", "i18nValue": { "zh_CN": "逆变器 2041" } }, "deviceDesc": null, "timezone": "+08:00", "deviceAttributes": {}, "deviceTags": { "row": "7" },
          "firmwareVersion": null, "createTime": 1763970000000, "status": "inactive", "activeTime": 0, "lastOnlineTime": 0, "lastOfflineTime": 0,
          "measurepointLastUpdate": null, "eventLastUpdate": null, "attributeLastUpdate": null, "featureLastUpdate": null }
        """;
}
