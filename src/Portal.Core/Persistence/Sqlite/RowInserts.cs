using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Inserts entities as the model maps them, by one prepared statement a type and without the change tracker.</summary>
internal sealed class RowInserts(PortalDbContext db, SqliteConnection connection)
{
    private readonly Dictionary<Type, Insert> _inserts = [];
    private SqliteCommand? _auditHead;

    /// <returns>The row number that SQLite gave, or the one the entity brought.</returns>
    public long Run<T>(T entity, SqliteTransaction transaction)
        where T : class
    {
        if (!_inserts.TryGetValue(typeof(T), out var insert))
        {
            _inserts[typeof(T)] = insert = new Insert(db.Model.FindEntityType(typeof(T))!, connection);
        }

        return insert.Run(entity, transaction);
    }

    /// <summary>What the next row of the audit table, which is inserted a moment later, goes on from.</summary>
    public AuditHead? AuditHead(SqliteTransaction transaction)
    {
        if (_auditHead is null)
        {
            _auditHead = connection.CreateCommand();
            _auditHead.CommandText = "SELECT sequence, hash FROM audit_entries ORDER BY sequence DESC LIMIT 1";
        }

        _auditHead.Transaction = transaction;
        using var row = _auditHead.ExecuteReader();
        return row.Read() ? new AuditHead(row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    private sealed class Insert
    {
        private readonly SqliteCommand _command;
        private readonly IReadOnlyList<(SqliteParameter Parameter, Func<object, object?> Read)> _values;

        public Insert(IEntityType type, SqliteConnection connection)
        {
            var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;

            // A row number that the database gives is left out.
            var properties = type.GetProperties()
                .Where(property => property.ValueGenerated == ValueGenerated.Never || !property.IsPrimaryKey()).ToList();
            _command = connection.CreateCommand();
            _command.CommandText =
                $"INSERT INTO {table.Name} ({string.Join(", ", properties.Select(property => property.GetColumnName(table)))}) "
                + $"VALUES ({string.Join(", ", properties.Select((_, i) => $"@p{i}"))}) RETURNING rowid";
            _values = [.. properties.Select((property, i) => (_command.Parameters.Add(new SqliteParameter($"@p{i}", null)), Reader(property)))];
        }

        public long Run(object entity, SqliteTransaction transaction)
        {
            foreach (var (parameter, read) in _values)
            {
                parameter.Value = read(entity) ?? DBNull.Value;
            }

            _command.Transaction = transaction;
            return (long)_command.ExecuteScalar()!;
        }

        private static Func<object, object?> Reader(IProperty property)
        {
            var (getter, converter) = (property.GetGetter(), property.GetTypeMapping().Converter);
            return converter is null
                ? getter.GetClrValue
                : entity => getter.GetClrValue(entity) is { } value ? converter.ConvertToProvider(value) : null;
        }
    }
}
