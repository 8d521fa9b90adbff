using Microsoft.Data.Sqlite;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Products;
using Portal.Core.Reveals;
using Portal.Core.Secrets;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>What nearly every command looks up: a prepared statement takes a tenth of the time of a query by EF Core.</summary>
internal sealed class WriterReads : IDisposable
{
    private readonly RowShape<Device> _device;
    private readonly RowShape<Credential> _credential;
    private readonly RowShape<Product> _product;
    private readonly RowShape<Operation> _operation;
    private readonly RowShape<ApplicationPublicKey> _key;
    private readonly Action<Device, object?> _setCredential;
    private readonly Action<Device, object?> _setProduct;
    private readonly PreparedCommand _byAsset;
    private readonly PreparedCommand _byKey;
    private readonly PreparedCommand _operationById;
    private readonly PreparedCommand _currentKey;
    private readonly PreparedCommand _openGrant;
    private readonly PreparedCommand _session;
    private readonly PreparedCommand _application;

    public WriterReads(PortalDbContext db, SqliteConnection connection)
    {
        (_device, _credential, _product, _operation, _key) = (new(db, "d"), new(db, "d"), new(db, "p"), new(db, "o"), new(db, "k"));
        (_setCredential, _setProduct) = (_device.Navigation(nameof(Device.Credential)), _device.Navigation(nameof(Device.Product)));
        var select = $"SELECT {_device.Columns}, {_credential.Columns}, {_product.Columns} FROM ";
        _byAsset = new(connection, select + "devices d JOIN products p ON p.id = d.product_id WHERE d.asset_id = ?");
        _byKey = new(connection, select + "products p JOIN devices d ON d.product_id = p.id WHERE p.product_key = ? AND d.device_key = ?");
        _operationById = new(connection, $"SELECT {_operation.Columns} FROM operations o WHERE o.scope = ? AND o.operation_id = ?");
        _currentKey = new(connection, $"SELECT {_key.Columns} FROM application_public_keys k WHERE k.application_id = ? AND k.state = {(int)PublicKeyState.Current}");
        _openGrant = new(connection, $"SELECT 1 FROM reveal_grants WHERE device_id = ? AND state = {(int)RevealState.Open} LIMIT 1");
        _session = new(connection, SqliteSessionFacts.Select);
        _application = new(connection, SqliteSessionFacts.SelectApplication);
    }

    public SessionFacts? FindSession(string sessionId, DateTimeOffset now) => SqliteSessionFacts.Read(_session, sessionId)?.At(now);

    public ApplicationFacts? FindApplication(string accessKey) => SqliteSessionFacts.ReadApplication(_application, accessKey);

    public Device? FindDevice(AssetSelector selector)
    {
        using var row = selector.AssetId is { } assetId ? _byAsset.Read(assetId) : _byKey.Read(selector.ProductKey, selector.DeviceKey);
        return row.Next() ? ReadDevice(row) : null;
    }

    public Operation? FindOperation(string scope, string operationId)
    {
        using var row = _operationById.Read(scope, operationId);
        return row.Next() ? _operation.Read(row) : null;
    }

    public ApplicationPublicKey? FindCurrentKey(long applicationId)
    {
        using var row = _currentKey.Read(applicationId);
        return row.Next() ? _key.Read(row) : null;
    }

    public bool HasOpenGrant(long deviceId)
    {
        using var row = _openGrant.Read(deviceId);
        return row.Next();
    }

    public void Dispose()
    {
        foreach (var command in (PreparedCommand[])[_byAsset, _byKey, _operationById, _currentKey, _openGrant, _session, _application])
        {
            command.Dispose();
        }
    }

    private Device ReadDevice(PreparedCommand.Rows row)
    {
        var device = _device.Read(row);
        _setCredential(device, _credential.Read(row, _device.Count));
        _setProduct(device, _product.Read(row, _device.Count + _credential.Count));
        return device;
    }
}
