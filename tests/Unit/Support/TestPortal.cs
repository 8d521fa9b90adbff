using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Devices;
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

    private TestPortal(TestDatabase database, FakeTimeProvider clock, ServiceProvider services) =>
        (Database, Clock, _services) = (database, clock, services);

    public TestDatabase Database { get; }

    public FakeTimeProvider Clock { get; }

    public IServiceProvider Services => _services;

    /// <param name="settings">As in appsettings.json, e.g. <c>("Reveals:MaxDisplays", "1")</c>.</param>
    /// <param name="configure">Other or more services.</param>
    public static async Task<TestPortal> CreateAsync(
        IEnumerable<(string Key, string Value)>? settings = null, Action<IServiceCollection>? configure = null)
    {
        var database = await TestDatabase.CreateAsync();
        var clock = new FakeTimeProvider(s_start);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Database:ConnectionString", database.ConnectionString)])
            .AddInMemoryCollection((settings ?? []).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(SecretKeyRing.Create());
        services.AddPortalCore(configuration);
        configure?.Invoke(services);
        return new TestPortal(database, clock, services.BuildServiceProvider(validateScopes: true));
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
        var last = await ReadAsync(db => db.Devices
            .Where(device => device.OrganizationNumber == product.OrganizationNumber)
            .Select(device => (long?)device.Id).MaxAsync());
        var id = (last ?? RowNumbers.First(product.OrganizationNumber)) + 1;
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
        Database.Dispose();
    }
}
