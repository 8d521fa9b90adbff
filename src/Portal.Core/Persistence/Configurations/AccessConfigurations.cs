using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Access;
using Portal.Core.Sessions;
using Portal.Core.Views;

namespace Portal.Core.Persistence.Configurations;

internal sealed class AccountConfiguration : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.HasIndex(account => new { account.Issuer, account.Subject }).IsUnique();
        builder.PrimitiveCollection(account => account.RoleValues).HasMaxLength(4000);
        builder.PrimitiveCollection(account => account.OrganizationIds).HasMaxLength(100_000);
    }
}

internal sealed class OperatorSessionConfiguration : IEntityTypeConfiguration<OperatorSession>
{
    public void Configure(EntityTypeBuilder<OperatorSession> builder)
    {
        builder.HasKey(session => session.Id);
        builder.HasOne(session => session.Account).WithMany().HasForeignKey(session => session.AccountId);
        builder.HasIndex(session => session.ProviderSessionId);
    }
}

internal sealed class SessionTicketConfiguration : IEntityTypeConfiguration<SessionTicket>
{
    public void Configure(EntityTypeBuilder<SessionTicket> builder) => builder.HasKey(ticket => ticket.SessionId);
}

internal sealed class SavedViewConfiguration : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> builder)
    {
        builder.Property(view => view.Name).HasMaxLength(ColumnLengths.SavedViewName);
        builder.Property(view => view.Query).HasMaxLength(2000);
        builder.HasIndex(view => new { view.OwnerIssuer, view.OwnerSubject, view.Name }).IsUnique();
    }
}
