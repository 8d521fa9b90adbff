using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;

namespace Portal.Core.Persistence.Configurations;

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.HasKey(entry => entry.Sequence);
        builder.Property(entry => entry.Sequence).ValueGeneratedNever();
        builder.Property(entry => entry.Detail).HasMaxLength(8000);
        builder.HasIndex(entry => new { entry.AssetId, entry.Sequence });
        builder.HasIndex(entry => new { entry.OrganizationNumber, entry.Sequence });
    }
}

internal sealed class OperationConfiguration : IEntityTypeConfiguration<Operation>
{
    public void Configure(EntityTypeBuilder<Operation> builder)
    {
        builder.HasKey(operation => new { operation.Scope, operation.OperationId });
        builder.Property(operation => operation.Scope).HasMaxLength(600);
        builder.Property(operation => operation.Outcome).HasMaxLength(8000);
        builder.HasIndex(operation => operation.At);
    }
}

internal sealed class OutboxMessageConfiguration : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.ToTable("outbox");
        builder.Property(message => message.Payload).HasMaxLength(4000);
    }
}
