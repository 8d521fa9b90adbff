using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Design;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>For <c>dotnet ef migrations add NAME --project src/Portal.Core --output-dir Persistence/Sqlite/Migrations</c>.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<PortalDbContext>
{
    public PortalDbContext CreateDbContext(string[] args) =>
        SqliteSettings.CreateMigrationContext(new SqliteConnection("Data Source=:memory:"));
}
