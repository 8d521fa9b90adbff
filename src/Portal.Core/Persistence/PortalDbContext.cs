using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Live;
using Portal.Core.Organizations;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.Secrets;
using Portal.Core.Sessions;
using Portal.Core.Views;

namespace Portal.Core.Persistence;

/// <summary>The portal's database. One context a method, from the factory; writes only through <see cref="IPortalDatabase"/>.</summary>
public sealed class PortalDbContext(DbContextOptions<PortalDbContext> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<Organization> Organizations => Set<Organization>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<Device> Devices => Set<Device>();

    public DbSet<Credential> Credentials => Set<Credential>();

    public DbSet<Application> Applications => Set<Application>();

    public DbSet<ApplicationCredential> ApplicationCredentials => Set<ApplicationCredential>();

    public DbSet<ApplicationPublicKey> ApplicationPublicKeys => Set<ApplicationPublicKey>();

    public DbSet<ProductCredential> ProductCredentials => Set<ProductCredential>();

    public DbSet<ConnectionLine> ConnectionLines => Set<ConnectionLine>();

    public DbSet<OnlineDevice> OnlineDevices => Set<OnlineDevice>();

    public DbSet<Replacement> Replacements => Set<Replacement>();

    public DbSet<RevealGrant> RevealGrants => Set<RevealGrant>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<Operation> Operations => Set<Operation>();

    public DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();

    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<OperatorSession> Sessions => Set<OperatorSession>();

    public DbSet<SessionTicket> SessionTickets => Set<SessionTicket>();

    public DbSet<SavedView> SavedViews => Set<SavedView>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>The highest number in a range that a device has, or had when its history was written.</summary>
    internal async Task<long?> HighestDeviceIdAsync(long first, long last)
    {
        long?[] highest =
        [
            await Devices.Where(device => device.Id >= first && device.Id <= last).MaxAsync(device => (long?)device.Id),
            await Replacements.Where(line => line.DeviceId >= first && line.DeviceId <= last).MaxAsync(line => (long?)line.DeviceId),
            await RevealGrants.Where(grant => grant.DeviceId >= first && grant.DeviceId <= last).MaxAsync(grant => (long?)grant.DeviceId),
            await ConnectionLines.Where(line => line.DeviceId >= first && line.DeviceId <= last).MaxAsync(line => (long?)line.DeviceId),
        ];
        return highest.Max();
    }

    /// <summary>Whether a product may not be deleted.</summary>
    internal Task<bool> HasDevicesAsync(long productId) => Devices.AnyAsync(device => device.ProductId == productId);

    /// <summary>Devices of each product of an organization, by the product's row.</summary>
    /// <param name="limit">Nothing is counted further: so many entries of an index and no more, whatever the size of a product.</param>
    internal Task<Dictionary<long, int>> CountDevicesAsync(long organizationNumber, int limit, CancellationToken cancellationToken) =>
        Products.Where(product => product.OrganizationNumber == organizationNumber)
            .Select(product => new { product.Id, Count = Devices.Where(device => device.ProductId == product.Id).OrderBy(device => device.DeviceKey).Take(limit).Count() })
            .ToDictionaryAsync(product => product.Id, product => product.Count, cancellationToken);

    /// <summary>Who made this generation of a device's secret by a replacement or a re-issue; nothing if neither did.</summary>
    internal async Task<(string Issuer, string Subject)?> RenewerOfSecretAsync(long deviceId, int version) => await Replacements.AsNoTracking()
        .Where(line => line.DeviceId == deviceId && line.CredentialVersion == version).Select(line => new { line.ByIssuer, line.BySubject }).FirstOrDefaultAsync()
        is { } line ? (line.ByIssuer, line.BySubject) : null;

    /// <summary>This generation of a product's secret, if it is the present one, and whose it is.</summary>
    internal async Task<(ProductCredential Credential, long OrganizationNumber)?> ProductSecretAsync(string productKey, int version) => await Products.AsNoTracking()
        .Where(product => product.ProductKey == productKey && product.Credential!.Version == version).Include(product => product.Credential).FirstOrDefaultAsync()
        is { Credential: { } credential } product ? (credential, product.OrganizationNumber) : null;

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PortalDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // Milliseconds since 1970: what the EnOS contract speaks, half the size of a text, and it sorts.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<string>().HaveMaxLength(ColumnLengths.Default);
    }

    internal sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
