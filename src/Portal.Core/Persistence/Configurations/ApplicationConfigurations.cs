using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Applications;
using Portal.Core.Secrets;

namespace Portal.Core.Persistence.Configurations;

internal sealed class ApplicationConfiguration : IEntityTypeConfiguration<Application>
{
    public void Configure(EntityTypeBuilder<Application> builder)
    {
        builder.ToTable("applications");
        builder.Property(application => application.AccessKey).HasMaxLength(ColumnLengths.AccessKey);
        builder.Property(application => application.Name).HasMaxLength(ColumnLengths.ApplicationName);
        builder.Property(application => application.BearerClientId).HasMaxLength(ColumnLengths.BearerClientId);
        builder.Property(application => application.TokenId).HasMaxLength(16);
        builder.Property(application => application.Version).IsConcurrencyToken();
        builder.HasOne(application => application.Organization).WithMany().HasForeignKey(application => application.OrganizationNumber);
        builder.HasIndex(application => application.AccessKey).IsUnique();
        builder.HasIndex(application => application.TokenId).IsUnique();

        // The judge of "client is free"; its refusal becomes BearerClientInUse.
        builder.HasIndex(application => application.BearerClientId).IsUnique();
        builder.HasIndex(application => new { application.OrganizationNumber, application.Name });
    }
}

internal sealed class ApplicationCredentialConfiguration : IEntityTypeConfiguration<ApplicationCredential>
{
    public void Configure(EntityTypeBuilder<ApplicationCredential> builder)
    {
        builder.ToTable("applications");
        builder.HasKey(credential => credential.ApplicationId);
        builder.Property(credential => credential.ApplicationId).HasColumnName("id");
        builder.Property(credential => credential.Version).HasColumnName("secret_version");
        builder.Property(credential => credential.KeyId).HasColumnName("secret_key_id").HasMaxLength(32);
        builder.Property(credential => credential.Sealed).HasColumnName("secret_sealed").HasMaxLength(256);
        builder.HasOne<Application>().WithOne(application => application.Credential).HasForeignKey<ApplicationCredential>(credential => credential.ApplicationId);
    }
}

internal sealed class ApplicationPublicKeyConfiguration : IEntityTypeConfiguration<ApplicationPublicKey>
{
    public void Configure(EntityTypeBuilder<ApplicationPublicKey> builder)
    {
        builder.Property(key => key.Spki).HasMaxLength(2048);
        builder.Property(key => key.Fingerprint).HasMaxLength(64);
        builder.HasOne<Application>().WithMany().HasForeignKey(key => key.ApplicationId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(key => new { key.ApplicationId, key.Fingerprint }).IsUnique();

        // One current key and one that waits, at most.
        builder.HasIndex(key => new { key.ApplicationId, key.State }).IsUnique().HasFilter("state < 2");
    }
}
