using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Devices;
using Portal.Core.Organizations;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.Secrets;

namespace Portal.Core.Persistence.Configurations;

internal sealed class OrganizationConfiguration : IEntityTypeConfiguration<Organization>
{
    public void Configure(EntityTypeBuilder<Organization> builder)
    {
        builder.HasKey(organization => organization.Number);
        builder.Property(organization => organization.Number).ValueGeneratedNever();
        builder.HasIndex(organization => organization.OrganizationId).IsUnique();
    }
}

internal sealed class ProductConfiguration : IEntityTypeConfiguration<Product>
{
    public void Configure(EntityTypeBuilder<Product> builder)
    {
        builder.HasIndex(product => product.ProductKey).IsUnique();
        builder.Property(product => product.NameEn).HasMaxLength(ColumnLengths.ProductName);
        builder.Property(product => product.Description).HasMaxLength(ColumnLengths.Description);
        builder.HasOne(product => product.Organization).WithMany().HasForeignKey(product => product.OrganizationNumber);
    }
}

internal sealed class ProductCredentialConfiguration : IEntityTypeConfiguration<ProductCredential>
{
    public void Configure(EntityTypeBuilder<ProductCredential> builder)
    {
        builder.ToTable("products");
        builder.HasKey(credential => credential.ProductId);
        builder.Property(credential => credential.ProductId).HasColumnName("id");
        builder.Property(credential => credential.Version).HasColumnName("secret_version");
        builder.Property(credential => credential.KeyId).HasColumnName("secret_key_id").HasMaxLength(32);
        builder.Property(credential => credential.Sealed).HasColumnName("secret_sealed").HasMaxLength(256);
        builder.HasOne<Product>().WithOne(product => product.Credential).HasForeignKey<ProductCredential>(credential => credential.ProductId);
    }
}

internal sealed class DeviceConfiguration : IEntityTypeConfiguration<Device>
{
    public const string FormerKeys = "FormerKeys";

    public void Configure(EntityTypeBuilder<Device> builder)
    {
        builder.ToTable("devices");
        builder.Property(device => device.Id).ValueGeneratedNever();
        builder.Property(device => device.AssetId).HasMaxLength(ColumnLengths.AssetId);
        builder.Property(device => device.DeviceKey).HasMaxLength(ColumnLengths.DeviceKey);
        builder.Property(device => device.Name).HasMaxLength(ColumnLengths.DeviceName);
        builder.Property(device => device.NameZh).HasMaxLength(ColumnLengths.DeviceName);
        builder.Property(device => device.NameEn).HasMaxLength(ColumnLengths.DeviceName);
        builder.Property(device => device.Attributes).HasMaxLength(ColumnLengths.Attributes);
        builder.Property(device => device.Tags).HasMaxLength(ColumnLengths.Tags);
        builder.Property(device => device.Description).HasMaxLength(ColumnLengths.Description);
        builder.Property(device => device.TimeZone).HasMaxLength(6);

        // Two writers that passed the same checks: the later one affects no row and fails.
        builder.Property(device => device.Version).IsConcurrencyToken();

        builder.HasOne(device => device.Product).WithMany().HasForeignKey(device => device.ProductId);

        // The judge of "key is free"; its refusal becomes DeviceKeyInUse.
        builder.HasIndex(device => new { device.ProductId, device.DeviceKey }).IsUnique();

        builder.HasIndex(device => device.AssetId).IsUnique();

        // Row numbers come last in each, so that a page continues where the last one stopped and an organization is a range.
        // (The folded prefix indexes and the trigram index are the database's own matter: Persistence/Sqlite.)
        builder.HasIndex(device => device.Status);
        builder.HasIndex(device => device.ProductId);

        // Every key that the asset had before, newest first, a line each; for the search, which alone reads it. The
        // database adds to it when a key changes.
        builder.Property<string?>(FormerKeys).HasMaxLength(ColumnLengths.FormerKeys);
    }
}

internal sealed class CredentialConfiguration : IEntityTypeConfiguration<Credential>
{
    public void Configure(EntityTypeBuilder<Credential> builder)
    {
        builder.ToTable("devices");
        builder.HasKey(credential => credential.DeviceId);
        builder.Property(credential => credential.DeviceId).HasColumnName("id").ValueGeneratedNever();
        builder.Property(credential => credential.Version).HasColumnName("credential_version");
        builder.Property(credential => credential.KeyId).HasColumnName("credential_key_id").HasMaxLength(32);
        builder.Property(credential => credential.Sealed).HasColumnName("credential_sealed").HasMaxLength(256);
        builder.HasOne<Device>().WithOne(device => device.Credential).HasForeignKey<Credential>(credential => credential.DeviceId);
    }
}

internal sealed class ReplacementConfiguration : IEntityTypeConfiguration<Replacement>
{
    public void Configure(EntityTypeBuilder<Replacement> builder)
    {
        builder.Property(replacement => replacement.OldDeviceKey).HasMaxLength(ColumnLengths.DeviceKey);
        builder.Property(replacement => replacement.NewDeviceKey).HasMaxLength(ColumnLengths.DeviceKey);
        builder.Property(replacement => replacement.Note).HasMaxLength(ColumnLengths.Note);

        // History outlives the device: deleting one leaves its rows, so no foreign key.
        builder.HasIndex(replacement => new { replacement.DeviceId, replacement.Id });
        builder.HasIndex(replacement => new { replacement.OrganizationNumber, replacement.At });
        builder.HasIndex(replacement => new { replacement.ProductId, replacement.OldDeviceKey, replacement.At });
        builder.HasIndex(replacement => new { replacement.OrganizationNumber, replacement.At }, "ix_replacements_waiting")
            .HasFilter("state = 0").HasDatabaseName("ix_replacements_waiting");
    }
}

internal sealed class RevealGrantConfiguration : IEntityTypeConfiguration<RevealGrant>
{
    public void Configure(EntityTypeBuilder<RevealGrant> builder)
    {
        builder.Property(grant => grant.Id).ValueGeneratedNever();
        builder.HasIndex(grant => new { grant.OwnerIssuer, grant.OwnerSubject }).HasFilter("state = 0");
        builder.HasIndex(grant => grant.ExpiresAt).HasFilter("state = 0");
        builder.HasIndex(grant => grant.DeviceId);
        builder.HasIndex(grant => grant.ApplicationId).HasFilter("state = 0 AND application_id IS NOT NULL");
        builder.Property(grant => grant.AccessKey).HasMaxLength(ColumnLengths.AccessKey);
        builder.Property(grant => grant.ApplicationName).HasMaxLength(ColumnLengths.ApplicationName);
        builder.Property(grant => grant.Displays).IsConcurrencyToken();
    }
}
