using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Design;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// For <c>dotnet ef migrations add NAME --project src/Portal.Core --output-dir Persistence/Sqlite/Migrations</c>, and then
/// <c>dotnet ef dbcontext optimize --project src/Portal.Core --output-dir Persistence/Sqlite/CompiledModel --namespace
/// Portal.Core.Persistence.Sqlite.CompiledModel</c>, with which a start need not build the model.
/// </summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<PortalDbContext>
{
    public PortalDbContext CreateDbContext(string[] args) =>
        SqliteSettings.CreateContext(new SqliteConnection("Data Source=:memory:"));
}
