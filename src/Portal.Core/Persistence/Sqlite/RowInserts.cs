using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Inserts entities as the model maps them, by one prepared statement a type and without the change tracker.</summary>
internal sealed class RowInserts(PortalDbContext db, SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<Type, Insert> _inserts = [];

    /// <returns>The row number that SQLite gave, or the one the entity brought.</returns>
    public long Run<T>(T entity)
        where T : class
    {
        if (!_inserts.TryGetValue(typeof(T), out var insert))
        {
            _inserts[typeof(T)] = insert = new Insert(db.Model.FindEntityType(typeof(T))!, connection);
        }

        return insert.Run(entity);
    }

    public void Dispose()
    {
        foreach (var insert in _inserts.Values)
        {
            insert.Dispose();
        }
    }

    private sealed class Insert : IDisposable
    {
        private readonly PreparedCommand _command;
        private readonly Func<object, object?>[] _values;

        public Insert(IEntityType type, SqliteConnection connection)
        {
            var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;

            // A row number that the database gives is left out.
            var properties = type.GetProperties()
                .Where(property => property.ValueGenerated == ValueGenerated.Never || !property.IsPrimaryKey()).ToList();
            _command = new PreparedCommand(
                connection,
                $"INSERT INTO {table.Name} ({string.Join(", ", properties.Select(property => property.GetColumnName(table)))}) "
                + $"VALUES ({string.Join(", ", properties.Select(_ => "?"))})");
            _values = [.. properties.Select(Reader)];
        }

        public long Run(object entity)
        {
            var values = new object?[_values.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = _values[i](entity);
            }

            return _command.RunInsert(values);
        }

        public void Dispose() => _command.Dispose();

        private static Func<object, object?> Reader(IProperty property)
        {
            var (getter, converter) = (property.GetGetter(), property.GetTypeMapping().Converter);
            return converter is null
                ? getter.GetClrValue
                : entity => getter.GetClrValue(entity) is { } value ? converter.ConvertToProvider(value) : null;
        }
    }
}
