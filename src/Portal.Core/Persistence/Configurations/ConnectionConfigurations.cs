using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Connections;

namespace Portal.Core.Persistence.Configurations;

internal sealed class ConnectionLineConfiguration : IEntityTypeConfiguration<ConnectionLine>
{
    public void Configure(EntityTypeBuilder<ConnectionLine> builder)
    {
        builder.ToTable("connection_log");

        builder.Property(line => line.By).HasColumnName("knocked_by"); // "by" is a word of SQL

        // A log of what was, not part of what is: deleting a device leaves it to the retention.
        builder.HasIndex(line => new { line.DeviceId, line.Id });
        builder.HasIndex(line => line.At);
    }
}

internal sealed class OnlineDeviceConfiguration : IEntityTypeConfiguration<OnlineDevice>
{
    public void Configure(EntityTypeBuilder<OnlineDevice> builder)
    {
        builder.HasKey(online => online.DeviceId);
        builder.Property(online => online.DeviceId).ValueGeneratedNever();
    }
}
