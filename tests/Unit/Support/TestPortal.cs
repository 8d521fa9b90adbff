using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Organizations;
using Portal.Core.Persistence;
using Portal.Core.Products;
using Portal.Core.Secrets;
using Portal.Core.Sessions;

namespace Unit.Support;

/// <summary>The whole core, real services on a real database file, with a clock that stands still until it is moved.</summary>
/// <example>
/// <code>
/// await using var portal = await TestPortal.CreateAsync();
/// var device = await portal.AddDeviceAsync("asset-1", "key-1");
/// var olga = await portal.SignInAsync(Role.FullAccess);
/// </code>
/// </example>
internal sealed class TestPortal : IAsyncDisposable
{
    public const string Organization = "o15000000000001";
    public const string OtherOrganization = "o15000000000002";
    public const string Issuer = "https://provider.test";

    private static readonly DateTimeOffset s_start = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private readonly ServiceProvider _services;
    private readonly List<IHostedService> _started = [];

    private readonly Action<IServiceCollection>? _configure;
    private readonly bool _ownsDatabase;

    private TestPortal(
        TestDatabase database, bool ownsDatabase, TestClock clock, SecretKeyRing keys, IConfiguration configuration, Action<IServiceCollection>? configure)
    {
        (Database, _ownsDatabase, Clock, Keys, Configuration, _configure) = (database, ownsDatabase, clock, keys, configuration, configure);
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddLogging();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(keys);
        services.AddPortalCore(configuration);
        configure?.Invoke(services);
        _services = services.BuildServiceProvider(validateScopes: true);
    }

    private SecretKeyRing Keys { get; }

    private IConfiguration Configuration { get; }

    public TestDatabase Database { get; }

    public TestClock Clock { get; }

    public IServiceProvider Services => _services;

    /// <param name="settings">As in appsettings.json, e.g. <c>("Reveals:MaxDisplays", "1")</c>.</param>
    /// <param name="configure">Other or more services.</param>
    public static async Task<TestPortal> CreateAsync(
        IEnumerable<(string Key, string Value)>? settings = null, Action<IServiceCollection>? configure = null)
    {
        var database = await TestDatabase.CreateAsync();
        return Create(database, SecretKeyRing.Create(), settings, configure);
    }

    /// <summary>On a file that is there already, with the keys its secrets were sealed under.</summary>
    public static TestPortal Open(TestDatabase database, SecretKeyRing keys) => Create(database, keys, null, null, ownsDatabase: false);

    /// <summary>
    /// The portal as it comes up after this one was killed: same file, keys and clock, nothing of its memory. This one
    /// must do nothing more and be disposed last.
    /// </summary>
    public TestPortal Restart() => new(Database, ownsDatabase: false, Clock, Keys, Configuration, _configure);

    private static TestPortal Create(
        TestDatabase database, SecretKeyRing keys, IEnumerable<(string Key, string Value)>? settings, Action<IServiceCollection>? configure, bool ownsDatabase = true)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("Database:ConnectionString", database.ConnectionString),
                new("Audit:HeadFile", Path.Combine(database.Folder, "audit-heads.jsonl"))])
            .AddInMemoryCollection((settings ?? []).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        return new TestPortal(database, ownsDatabase, new TestClock(s_start), keys, configuration, configure);
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Starts the background jobs (event delivery, expiry), which a test does without otherwise.</summary>
    public async Task StartJobsAsync()
    {
        foreach (var job in _services.GetServices<IHostedService>())
        {
            await job.StartAsync(CancellationToken.None);
            _started.Add(job);
        }
    }

    public async Task<T> ReadAsync<T>(Func<PortalDbContext, Task<T>> read)
    {
        await using var db = await Get<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
        return await read(db);
    }

    /// <summary>Writes what a test needs to find, past every rule.</summary>
    public Task WriteAsync(Action<PortalDbContext> write) => Get<IPortalDatabase>().WriteAsync(unit =>
    {
        write(unit.Db);
        return unit.Db.SaveChangesAsync();
    });

    /// <summary>Finds or makes an organization.</summary>
    public async Task<Organization> AddOrganizationAsync(string organizationId = Organization)
    {
        var known = await ReadAsync(db => db.Organizations.AsNoTracking().ToListAsync());
        if (known.Find(organization => organization.OrganizationId == organizationId) is { } found)
        {
            return found;
        }

        var made = new Organization
        {
            Number = known.Select(organization => organization.Number).DefaultIfEmpty().Max() + 1,
            OrganizationId = organizationId,
            Name = $"Organization {organizationId}",
        };
        await WriteAsync(db => db.Organizations.Add(made));
        return made;
    }

    /// <summary>Finds or makes a product.</summary>
    public Task<Device> FindDeviceAsync(string assetId) => ReadAsync(db => db.Devices.AsNoTracking()
        .Include(device => device.Product).Include(device => device.Credential).SingleAsync(device => device.AssetId == assetId));

    public async Task<Product> AddProductAsync(string productKey = "inverter", string organizationId = Organization)
    {
        if (await ReadAsync(db => db.Products.AsNoTracking().FirstOrDefaultAsync(product => product.ProductKey == productKey)) is { } found)
        {
            return found;
        }

        var organization = await AddOrganizationAsync(organizationId);
        var made = new Product
        {
            OrganizationNumber = organization.Number,
            ProductKey = productKey,
            Name = $"Product {productKey}",
            ModelId = "EnOS_Solar_Inverter",
            CreatedAt = Clock.GetUtcNow(),
        };
        await WriteAsync(db => db.Products.Add(made));
        return made;
    }

    /// <summary>Makes a device with a sealed secret of generation 1, in a product of its organization (<paramref name="productKey"/>, or one made for it).</summary>
    public async Task<Device> AddDeviceAsync(
        string assetId, string deviceKey, string organizationId = Organization, string? productKey = null,
        DeviceStatus status = DeviceStatus.Online, string? name = null, string? nameZh = null)
    {
        var product = await AddProductAsync(productKey ?? $"inverter-{organizationId}", organizationId);
        var id = await ReadAsync(db => DeviceRowNumbers.NextIdAsync(db, product.OrganizationNumber));
        using var secret = DeviceSecret.Generate();
        var (keyId, box) = Get<SecretVault>().Seal(secret, new SecretBinding(SecretBinding.Device, product.OrganizationNumber, assetId, 1));
        var now = Clock.GetUtcNow();
        var isActivated = status is DeviceStatus.Online or DeviceStatus.Offline;
        var made = new Device
        {
            Id = id,
            OrganizationNumber = product.OrganizationNumber,
            AssetId = assetId,
            ProductId = product.Id,
            DeviceKey = deviceKey,
            Name = name ?? $"Device {assetId}",
            NameZh = nameZh,
            TimeZone = "+00:00",
            Status = status,
            Version = 1,
            CreatedAt = now,
            ActivatedAt = isActivated ? now : null,
            LastOnlineAt = isActivated ? now : null,
            Credential = new Credential { DeviceId = id, Version = 1, KeyId = keyId, Sealed = box },
        };
        await WriteAsync(db => db.Devices.Add(made));
        return made;
    }

    /// <summary>A person signed in with that role in these organizations (<see cref="Organization"/> if none is named).</summary>
    public Task<Actor> SignInAsync(Role? role, params string[] organizationIds) => SignInAsync("olga", role, organizationIds);

    public async Task<Actor> SignInAsync(string subject, Role? role, params string[] organizationIds)
    {
        string[] organizations = organizationIds.Length == 0 ? [Organization] : organizationIds;
        foreach (var organizationId in organizations)
        {
            await AddOrganizationAsync(organizationId);
        }

        var person = new IdentifiedPerson(Issuer, subject, subject, role is null ? [] : [role.Name], organizations, null, "192.0.2.1");
        return (await Get<SessionService>().SignInAsync(person)).Value
            ?? throw new InvalidOperationException($"{subject} may not sign in.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var job in _started)
        {
            await job.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
        if (_ownsDatabase)
        {
            Database.Dispose();
        }
    }
}
