using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Devices.Search;
using Portal.Core.Persistence;
using Portal.Core.Persistence.Sqlite;
using SQLitePCL;

namespace Unit.Support;

/// <summary>
/// Every statement that a portal runs, in order and without its values: what SQLite itself says of the writer's and the
/// readers' connections, and what EF Core says of those that it opens. To be made after each was used once.
/// </summary>
internal sealed partial class SqlTrace : IDisposable, IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private readonly ConcurrentQueue<string> _statements = new();
    private readonly List<IDisposable> _subscriptions = [];
    private readonly IServiceProvider _services;
    private readonly string _path;
    private readonly List<SqliteConnection> _connections;

    public SqlTrace(IServiceProvider services, TestDatabase database)
    {
        (_services, _path) = (services, database.Path);
        _connections = Connections();
        Assert.True(_connections.Count >= 3, "not every connection is open");
        foreach (var connection in _connections)
        {
            raw.sqlite3_trace(connection.Handle, (_, sql) => _statements.Enqueue(sql), null);
        }

        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    /// <summary>What ran since it was last asked.</summary>
    public IReadOnlyList<string> Take()
    {
        Assert.Equal(_connections, Connections());
        var statements = new List<string>();
        while (_statements.TryDequeue(out var statement))
        {
            statements.Add(ValuePattern().Replace(statement, "?"));
        }

        return statements;
    }

    public void OnNext(DiagnosticListener listener)
    {
        if (listener.Name == "Microsoft.EntityFrameworkCore")
        {
            _subscriptions.Add(listener.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> happened)
    {
        if (happened.Value is CommandExecutedEventData { Command: { Connection: { } connection } command } && connection.DataSource == _path && !_connections.Contains(connection))
        {
            _statements.Enqueue(command.CommandText);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        _subscriptions.ForEach(subscription => subscription.Dispose());
        _connections.ForEach(connection => raw.sqlite3_trace(connection.Handle, (strdelegate_trace?)null, null));
    }

    private List<SqliteConnection> Connections() =>
    [
        Field<SqliteConnection>(_services.GetRequiredService<IPortalDatabase>(), "_connection"),
        .. new[]
        {
            _services.GetRequiredService<SqliteReadPool>(),
            Field<SqliteReadPool>(_services.GetRequiredService<IDeviceRecordReader>(), "_pool"),
            _services.GetRequiredService<SqliteFactsPool>(),
        }.SelectMany(pool => Field<Stack<SqliteReader>>(pool, "_idle", typeof(SqliteReadPool))).Select(reader => Field<SqliteConnection>(reader, "_connection")),
    ];

    private static T Field<T>(object owner, string name, Type? declaredBy = null)
    {
        var type = declaredBy ?? owner.GetType();
        return (T)(type.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic) ?? throw new MissingFieldException(type.Name, name)).GetValue(owner)!;
    }

    [GeneratedRegex(@"x?'(?:[^']|'')*'|\b\d+\b", RegexOptions.IgnoreCase)]
    private static partial Regex ValuePattern();
}
