namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// Tables of measured values, written and read by hand-written SQL only: EF Core has no table without row numbers, and a fleet posts more
/// rows than its change tracker could carry.
/// </summary>
internal static class MeasureSchema
{
    /// <summary>
    /// A series belongs to the device row, which stays when the hardware changes: no device key is in here. The values of a series lie
    /// together and in order of time. A device that is deleted leaves series without an owner, which the maintenance removes.
    /// </summary>
    public const string Create = """
        CREATE TABLE measure_series (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            device_id INTEGER REFERENCES devices (id) ON DELETE SET NULL,
            point TEXT NOT NULL,
            UNIQUE (device_id, point));
        CREATE INDEX ix_measure_series_left ON measure_series (id) WHERE device_id IS NULL;
        CREATE TABLE measure_values (
            series_id INTEGER NOT NULL, at INTEGER NOT NULL, number REAL, text TEXT,
            PRIMARY KEY (series_id, at)) WITHOUT ROWID;
        CREATE TABLE counter_baselines (
            replacement_id INTEGER NOT NULL, point TEXT NOT NULL, value REAL NOT NULL, first_at INTEGER, first_number REAL,
            PRIMARY KEY (replacement_id, point)) WITHOUT ROWID;
        CREATE INDEX ix_counter_baselines_open ON counter_baselines (replacement_id) WHERE first_at IS NULL;
        """;

    public const string Drop = "DROP TABLE counter_baselines; DROP TABLE measure_values; DROP TABLE measure_series;";
}
