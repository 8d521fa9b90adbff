using System.ComponentModel.DataAnnotations;

namespace Portal.Core.Persistence;

/// <summary>Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string SectionName = "Database";

    public const string Sqlite = "Sqlite";

    [AllowedValues(Sqlite, ErrorMessage = "Database:Provider must be 'Sqlite'.")]
    public string Provider { get; set; } = Sqlite;

    /// <summary>Paths in it are relative to the working folder.</summary>
    [Required]
    public string ConnectionString { get; set; } = "Data Source=data/portal.db";
}
