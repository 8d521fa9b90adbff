using System.Collections.Frozen;

namespace Portal.ConnectApi;

/// <summary>The table of actions: everything that the door can do, once.</summary>
public sealed class ConnectActions
{
    public const string Replace = "replaceDevice";
    public const string Create = "create";
    public const string BatchCreate = "batchCreate";
    public const string Get = "get";
    public const string Search = "search";
    public const string Enable = "enable";
    public const string Disable = "disable";
    public const string Update = "update";
    public const string Delete = "delete";

    /// <summary>In the address of every call.</summary>
    public const string ActionParameter = "action";
    public const string OrganizationParameter = "orgId";

    private readonly FrozenDictionary<(ConnectVersion, ConnectResource, string), ConnectAction> _byName;

    public ConnectActions(DeviceActions devices, ProductActions products)
    {
        All = [.. DeviceTable.Rows(devices), .. ProductTable.Rows(products)];
        _byName = All.ToFrozenDictionary(action => (action.Version, action.Resource, action.Name));
    }

    /// <summary>In the order of the documentation.</summary>
    public IReadOnlyList<ConnectAction> All { get; }

    public ConnectAction? Find(ConnectVersion version, ConnectResource resource, string? name) =>
        name is not null && _byName.TryGetValue((version, resource, name), out var action) ? action : null;

    public static string PathOf(ConnectVersion version, ConnectResource resource) => (version, resource) switch
    {
        (ConnectVersion.V21, ConnectResource.Devices) => PortalRoutes.ConnectDevicesV21,
        (ConnectVersion.V24, ConnectResource.Devices) => PortalRoutes.ConnectDevicesV24,
        (ConnectVersion.V21, ConnectResource.Products) => PortalRoutes.ConnectProductsV21,
        _ => PortalRoutes.ConnectProductsV24,
    };
}
