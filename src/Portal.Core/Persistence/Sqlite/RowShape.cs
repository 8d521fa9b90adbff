using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Makes entities of the rows of a prepared statement, as the model maps them and without EF Core's query.</summary>
internal sealed class RowShape<T>
    where T : class
{
    private readonly IEntityType _type;
    private readonly Column[] _columns;

    /// <param name="alias">Of the entity's table in the statement.</param>
    public RowShape(PortalDbContext db, string alias)
    {
        _type = db.Model.FindEntityType(typeof(T))!;
        var table = StoreObjectIdentifier.Create(_type, StoreObjectType.Table)!.Value;
        var properties = _type.GetProperties().Where(property => !property.IsShadowProperty()).ToList();
        _columns = [.. properties.Select(property => new Column(property))];
        Columns = string.Join(", ", properties.Select(property => $"{alias}.{property.GetColumnName(table)}"));
    }

    /// <summary>How what is read of other columns gets into the entity.</summary>
    public Action<T, object?> Navigation(string name)
    {
        var set = Setter(_type.FindNavigation(name)!);
        return (entity, value) => set(entity, value);
    }

    /// <summary>For the statement's SELECT.</summary>
    public string Columns { get; }

    public int Count => _columns.Length;

    /// <param name="first">Where <see cref="Columns"/> begin in the row.</param>
    public T Read(PreparedCommand.Rows rows, int first = 0)
    {
        var entity = Activator.CreateInstance<T>();
        for (var i = 0; i < _columns.Length; i++)
        {
            _columns[i].Set(entity, rows, first + i);
        }

        return entity;
    }

    private static Action<object, object?> Setter(IPropertyBase property) => property.GetMemberInfo(forMaterialization: true, forSet: true) switch
    {
        FieldInfo field => field.SetValue,
        PropertyInfo member => member.SetValue,
        var member => throw new NotSupportedException($"{member} cannot be set."),
    };

    private sealed class Column
    {
        private readonly Action<object, object?> _set;
        private readonly Func<object?, object?>? _convert;
        private readonly Type _stored;

        public Column(IProperty property)
        {
            var converter = property.GetTypeMapping().Converter;
            var type = converter?.ProviderClrType ?? property.ClrType;
            _stored = Nullable.GetUnderlyingType(type) ?? type;
            _convert = converter?.ConvertFromProvider;
            _set = Setter(property);
        }

        public void Set(object entity, PreparedCommand.Rows rows, int place)
        {
            if (!rows.IsNull(place))
            {
                var stored = rows.Value(place, _stored);
                _set(entity, _convert is null ? stored : _convert(stored));
            }
        }
    }
}
