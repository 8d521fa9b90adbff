using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>For <c>dotnet ef migrations add NAME --project src/Portal.Core --output-dir Persistence/Sqlite/Migrations</c>.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<PortalDbContext>
{
    public PortalDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<PortalDbContext>();
        SqliteSettings.Configure(options, "Data Source=:memory:");
        return new PortalDbContext(options.Options);
    }
}
