using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Connections;
using Portal.Core.MeasurePoints;
using Portal.Core.Replacements;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Values on SQLite, by statements that stay prepared as long as the writer's connection.</summary>
internal sealed class SqliteMeasureWriter(SqliteReadPool pool) : IMeasureWriter, ICounterBaselineWriter
{
    /// <summary>Only the writer's thread comes here; another connection takes its place after a fault.</summary>
    private Statements? _statements;

    public Task<Error?> WriteAsync(IWriteUnit unit, IReadOnlyList<MeasurePost> posts, int maxPoints) =>
        Task.FromResult(Write(unit, StatementsOf(unit), posts, maxPoints));

    public Task<IReadOnlyList<long>> FindExpiredAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        pool.ReadAsync<IReadOnlyList<long>>(
            reader =>
            {
                var found = new List<long>();
                using var rows = reader.Query(
                    """
                    SELECT id FROM measure_series
                    WHERE device_id IS NULL OR coalesce((SELECT min(at) FROM measure_values WHERE series_id = measure_series.id), 0) < @p0
                    """,
                    [before.ToUnixTimeMilliseconds()]);
                while (rows.Read())
                {
                    found.Add(rows.GetInt64(0));
                }

                return found;
            },
            cancellationToken);

    public Task<int> DeleteExpiredAsync(IWriteUnit unit, long series, DateTimeOffset before, int limit)
    {
        var statements = StatementsOf(unit);

        // Asked again: since it was found, nobody may have written there, but somebody may have deleted the device.
        var isLeft = statements.Scalar(Statements.IsLeft, series) is not null;
        var deleted = statements.Run(Statements.DeleteOldest, series, isLeft ? long.MaxValue : before.ToUnixTimeMilliseconds(), limit);
        if (deleted < limit)
        {
            statements.Run(Statements.DeleteSeries, series);
        }

        return Task.FromResult(deleted);
    }

    public Task<int> SettleBaselinesAsync(IWriteUnit unit, DateTimeOffset before) =>
        Task.FromResult(StatementsOf(unit).Run(Statements.Settle, before.ToUnixTimeMilliseconds()));

    public Task<bool> AddAsync(IWriteUnit unit, long deviceId, long replacementId, IReadOnlyList<CounterBaseline> baselines)
    {
        var statements = StatementsOf(unit);
        foreach (var baseline in baselines)
        {
            if (statements.Scalar(Statements.HasNumbers, deviceId, baseline.Point) is null)
            {
                return Task.FromResult(false);
            }

            statements.Run(Statements.AddBaseline, replacementId, baseline.Point, baseline.Reading, deviceId);
        }

        return Task.FromResult(true);
    }

    private static Error? Write(IWriteUnit unit, Statements statements, IReadOnlyList<MeasurePost> posts, int maxPoints)
    {
        // All that can be refused first: what is refused leaves nothing behind.
        foreach (var post in posts)
        {
            if (!IsCurrent(unit, post.Session) || (post.Session.Gateway is { } gateway && !IsCurrent(unit, gateway)))
            {
                return new SessionOver(post.Session.DeviceKey);
            }
        }

        var series = new List<long?>();
        var missing = new HashSet<(DeviceSession Session, string Point)>();
        foreach (var (post, value) in ValuesOf(posts))
        {
            series.Add(statements.FindSeries(post.Session, value.Point));
            if (series[^1] is null)
            {
                missing.Add((post.Session, value.Point));
            }
        }

        foreach (var ofDevice in missing.GroupBy(point => point.Session.DeviceId))
        {
            var added = ofDevice.Select(point => point.Point).Distinct().Count(point => statements.Scalar(Statements.HasPoint, ofDevice.Key, point) is null);
            if (added > 0 && (long)statements.Scalar(Statements.CountPoints, ofDevice.Key)! + added > maxPoints)
            {
                return new MeasureRefused(MeasureRefused.ModelCheck, $"An asset has at most {maxPoints} measure points.");
            }
        }

        foreach (var (session, point) in missing)
        {
            statements.Run(Statements.AddSeries, session.DeviceId, point, session.HardwareId);
        }

        foreach (var ((post, value), known) in ValuesOf(posts).Zip(series))
        {
            var id = known ?? statements.FindSeries(post.Session, value.Point);
            statements.Run(Statements.AddValue, id, post.At.ToUnixTimeMilliseconds(), value.Number, value.Text);
        }

        return null;
    }

    private static bool IsCurrent(IWriteUnit unit, DeviceSession session) => unit.IsCurrent(session.DeviceId, session.CredentialVersion);

    private static IEnumerable<(MeasurePost Post, MeasureValue Value)> ValuesOf(IReadOnlyList<MeasurePost> posts) =>
        posts.SelectMany(post => post.Values.Select(value => (post, value)));

    private Statements StatementsOf(IWriteUnit unit)
    {
        var connection = (SqliteConnection)unit.Db.Database.GetDbConnection();
        if (_statements?.Connection != connection)
        {
            _statements = new Statements(connection);
        }

        return _statements;
    }

    private sealed class Statements(SqliteConnection connection)
    {
        public const string AddSeries = "INSERT INTO measure_series (device_id, point, hardware_id) VALUES (@p0, @p1, @p2) ON CONFLICT DO NOTHING";

        public const string HasPoint = "SELECT 1 FROM measure_series WHERE device_id = @p0 AND point = @p1 LIMIT 1";

        public const string CountPoints = "SELECT count(DISTINCT point) FROM measure_series WHERE device_id = @p0";

        public const string AddValue = """
            INSERT INTO measure_values (series_id, at, number, text) VALUES (@p0, @p1, @p2, @p3)
            ON CONFLICT DO UPDATE SET number = excluded.number, text = excluded.text
            """;

        public const string IsLeft = "SELECT 1 FROM measure_series WHERE id = @p0 AND device_id IS NULL";

        public const string DeleteOldest = """
            DELETE FROM measure_values WHERE series_id = @p0
                AND at IN (SELECT at FROM measure_values WHERE series_id = @p0 AND at < @p1 ORDER BY at LIMIT @p2)
            """;

        /// <summary>Only an empty one: names that a device once sent count against the points of its asset as long as there is something under them.</summary>
        public const string DeleteSeries = "DELETE FROM measure_series WHERE id = @p0 AND NOT EXISTS (SELECT 1 FROM measure_values WHERE series_id = @p0)";

        public const string HasNumbers = """
            SELECT 1 FROM measure_series s JOIN measure_values v ON v.series_id = s.id
            WHERE s.device_id = @p0 AND s.point = @p1 AND v.number IS NOT NULL LIMIT 1
            """;

        /// <summary>
        /// The reading, and what is added to the numbers of the unit that is taken out: its own baseline less its first number. A unit that never
        /// sent one began at nought, for all that is known.
        /// </summary>
        public const string AddBaseline = $"""
            INSERT INTO counter_baselines (replacement_id, point, value) SELECT @p0, @p1, @p2 + coalesce((
                SELECT b.value - coalesce(b.first_number, (SELECT v.number {FirstNumber}), 0) FROM counter_baselines b
                WHERE b.point = @p1 AND b.replacement_id = (SELECT max(id) FROM replacements WHERE device_id = @p3 AND kind = 0 AND id < @p0)), 0)
            """;

        public const string Settle = $"""
            UPDATE counter_baselines AS b SET (first_at, first_number) = (SELECT v.at, v.number {FirstNumber})
            WHERE first_at IS NULL AND (SELECT at FROM replacements WHERE id = b.replacement_id) < @p0
            """;

        /// <summary>Of the hardware that the replacement of a baseline <c>b</c> brought.</summary>
        private const string FirstNumber = """
            FROM replacements r
            JOIN measure_series s ON s.device_id = r.device_id AND s.point = b.point AND s.hardware_id = r.id
            JOIN measure_values v ON v.series_id = s.id AND v.number IS NOT NULL
            WHERE r.id = b.replacement_id ORDER BY v.at LIMIT 1
            """;

        private const string Series = "SELECT id FROM measure_series WHERE device_id = @p0 AND point = @p1 AND hardware_id = @p2";

        private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

        public SqliteConnection Connection => connection;

        public long? FindSeries(DeviceSession session, string point) => (long?)Scalar(Series, session.DeviceId, point, session.HardwareId);

        public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteScalar();

        public int Run(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

        private SqliteCommand Command(string sql, params ReadOnlySpan<object?> values)
        {
            if (!_commands.TryGetValue(sql, out var command))
            {
                _commands[sql] = command = connection.CreateCommand();
                command.CommandText = sql;
                for (var i = 0; i < values.Length; i++)
                {
                    command.Parameters.Add(new SqliteParameter($"@p{i}", null));
                }
            }

            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i] ?? DBNull.Value;
            }

            return command;
        }
    }
}
