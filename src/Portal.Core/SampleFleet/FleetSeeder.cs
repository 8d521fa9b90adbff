using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Organizations;
using Portal.Core.Persistence;
using Portal.Core.Products;

namespace Portal.Core.SampleFleet;

/// <summary>The database has devices; a sample fleet is made in an empty one only.</summary>
public sealed record FleetNotEmpty() : Error("This database already has devices. A fleet is made only in an empty one.");

/// <summary>How many devices were made.</summary>
public sealed record SeededFleet(long Devices);

/// <summary>Fills an empty database with the sample fleet: small at the first start, or of any size for benchmarks.</summary>
public sealed class FleetSeeder(
    CommandRunner commands, IPortalDatabase database, IBulkLoad bulkLoad, IDbContextFactory<PortalDbContext> contexts, DeviceCredentials credentials, TimeProvider clock)
{
    private const int SmallReplacedEach = 12;
    private const int LargeReplacedEach = 100;

    /// <summary>Makes a fleet in one transaction; some of its devices have measured something lately.</summary>
    /// <returns>Or <see cref="FleetNotEmpty"/>, <see cref="StorageUnavailable"/>.</returns>
    public Task<Result<SeededFleet>> SeedSampleAsync(int count, CancellationToken cancellationToken = default) =>
        commands.RunAsPortalAsync<SeededFleet>(new Command(AuditActions.DevicesImported, Right.None, null), async scope =>
        {
            if (await scope.Db.Devices.AnyAsync(CancellationToken.None))
            {
                return new FleetNotEmpty();
            }

            var productIds = await AddProductsAsync(scope.Db, scope.Now);
            var connection = scope.Db.Database.GetDbConnection();
            using var writer = new FleetWriter(connection, productIds);
            using var measurements = new SampleMeasurements(connection, scope.Now);
            foreach (var device in Generate(count, SmallReplacedEach))
            {
                writer.Write(device, FleetWriter.CredentialOf(device, credentials));
                measurements.Write(device);
            }

            await scope.AuditAsync(null, null, new { source = "sample fleet", devices = count });
            return new SeededFleet(count);
        }, cancellationToken);

    /// <summary>Makes a fleet of any size in bounded memory, past the indexes, which are made at the end. Not for a portal at work.</summary>
    /// <param name="report">Told what is being done, and how many devices are written.</param>
    /// <returns>Or <see cref="FleetNotEmpty"/>, <see cref="StorageUnavailable"/>.</returns>
    public async Task<Result<SeededFleet>> SeedLargeAsync(long count, Action<string, long> report, CancellationToken cancellationToken = default)
    {
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (await db.Devices.AnyAsync(cancellationToken))
            {
                return new FleetNotEmpty();
            }
        }

        var productIds = await database.WriteAsync(unit => AddProductsAsync(unit.Db, clock.GetUtcNow()), cancellationToken);
        await bulkLoad.LoadDevicesAsync(
            Generate(count, LargeReplacedEach).Select(device => (Device: device, Credential: FleetWriter.CredentialOf(device, credentials))),
            connection =>
            {
                var writer = new FleetWriter(connection, productIds);
                return (made => writer.Write(made.Device, made.Credential), writer);
            },
            report, cancellationToken);
        return await commands.RunAsPortalAsync<SeededFleet>(new Command(AuditActions.DevicesImported, Right.None, null), async scope =>
        {
            await scope.AuditAsync(null, null, new { source = "sample fleet", devices = count });
            return new SeededFleet(count);
        }, CancellationToken.None);
    }

    /// <summary>Three organizations of falling size: 60, 30 and 10 of a hundred.</summary>
    private IEnumerable<GeneratedDevice> Generate(long count, int replacedEach)
    {
        var generator = new SampleGenerator(clock.GetUtcNow(), replacedEach);
        var (second, third) = (count * 3 / 10, count / 10);
        var first = count - second - third;
        return generator.Generate(SampleOrganizations.Westerly, 0, first)
            .Concat(generator.Generate(SampleOrganizations.Yuanshan, first, second))
            .Concat(generator.Generate(SampleOrganizations.Voltway, first + second, third));
    }

    /// <summary>Organizations and products that are not there yet; the row numbers of the products by key.</summary>
    private static async Task<IReadOnlyDictionary<string, long>> AddProductsAsync(PortalDbContext db, DateTimeOffset now)
    {
        var organizations = await db.Organizations.Select(organization => organization.OrganizationId).ToListAsync();
        db.Organizations.AddRange(SampleOrganizations.All.Where(sample => !organizations.Contains(sample.OrganizationId)).Select(sample =>
            new Organization { Number = sample.Number, OrganizationId = sample.OrganizationId, Name = sample.Name }));
        var products = await db.Products.Select(product => product.ProductKey).ToListAsync();
        db.Products.AddRange(SampleProducts.All.Where(sample => !products.Contains(sample.ProductKey)).Select(sample => new Product
        {
            OrganizationNumber = sample.Organization.Number,
            ProductKey = sample.ProductKey,
            Name = sample.Name,
            NameZh = sample.NameZh,
            Type = sample.Type,
            ModelId = sample.ModelId,
            CreatedAt = now.AddYears(-7),
        }));
        await db.SaveChangesAsync();
        return await db.Products.ToDictionaryAsync(product => product.ProductKey, product => product.Id);
    }
}
