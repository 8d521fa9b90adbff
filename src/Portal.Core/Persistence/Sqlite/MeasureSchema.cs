namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// Tables of measured values, written and read by hand-written SQL only: EF Core has no table without row numbers, and a fleet posts more
/// rows than its change tracker could carry.
/// </summary>
internal static class MeasureSchema
{
    private const string SeriesColumns =
        "id INTEGER PRIMARY KEY AUTOINCREMENT, device_id INTEGER REFERENCES devices (id) ON DELETE SET NULL, point TEXT NOT NULL";

    private const string LeftSeries = "CREATE INDEX ix_measure_series_left ON measure_series (id) WHERE device_id IS NULL;";

    /// <summary>
    /// A series belongs to the device row, which stays when the hardware changes: no device key is in here. The values of a series lie
    /// together and in order of time. A device that is deleted leaves series without an owner, which the maintenance removes.
    /// </summary>
    public const string Create = $"""
        CREATE TABLE measure_series (
            {SeriesColumns},
            UNIQUE (device_id, point));
        {LeftSeries}
        CREATE TABLE measure_values (
            series_id INTEGER NOT NULL, at INTEGER NOT NULL, number REAL, text TEXT,
            PRIMARY KEY (series_id, at)) WITHOUT ROWID;
        CREATE TABLE counter_baselines (
            replacement_id INTEGER NOT NULL, point TEXT NOT NULL, value REAL NOT NULL, first_at INTEGER, first_number REAL,
            PRIMARY KEY (replacement_id, point)) WITHOUT ROWID;
        CREATE INDEX ix_counter_baselines_open ON counter_baselines (replacement_id) WHERE first_at IS NULL;
        """;

    /// <summary>
    /// Gives each unit of hardware series of its own (0 is the first one, the others are called by the replacement that brought them): what a
    /// unit sends is its own, whatever its clock says. What is there is divided by the times of the replacements.
    /// </summary>
    public const string DivideByHardware = $"""
        CREATE TABLE measure_series_of_hardware (
            {SeriesColumns},
            hardware_id INTEGER NOT NULL,
            UNIQUE (device_id, point, hardware_id));
        INSERT INTO measure_series_of_hardware (id, device_id, point, hardware_id) SELECT id, device_id, point, 0 FROM measure_series;
        INSERT INTO measure_series_of_hardware (device_id, point, hardware_id)
            SELECT s.device_id, s.point, r.id FROM measure_series s JOIN replacements r ON r.device_id = s.device_id AND r.kind = 0
            WHERE EXISTS (SELECT 1 FROM measure_values v WHERE v.series_id = s.id AND v.at >= r.at);
        UPDATE measure_values SET series_id = n.id
            FROM measure_series s JOIN measure_series_of_hardware n ON n.device_id = s.device_id AND n.point = s.point
            WHERE s.id = measure_values.series_id AND n.hardware_id = (
                SELECT max(r.id) FROM replacements r WHERE r.device_id = s.device_id AND r.kind = 0 AND r.at <= measure_values.at);
        DROP TABLE measure_series;
        ALTER TABLE measure_series_of_hardware RENAME TO measure_series;
        {LeftSeries}
        """;

    /// <summary>Undoes <see cref="DivideByHardware"/>: of two values of an asset at the same time one stays.</summary>
    public const string Undivided = $"""
        CREATE TABLE measure_series_of_device (
            {SeriesColumns},
            UNIQUE (device_id, point));
        INSERT INTO measure_series_of_device (id, device_id, point) SELECT min(id), device_id, point FROM measure_series GROUP BY coalesce(device_id, -id), point;
        UPDATE OR REPLACE measure_values SET series_id = u.id
            FROM measure_series s JOIN measure_series_of_device u ON u.device_id = s.device_id AND u.point = s.point
            WHERE s.id = measure_values.series_id AND u.id <> s.id;
        DROP TABLE measure_series;
        ALTER TABLE measure_series_of_device RENAME TO measure_series;
        {LeftSeries}
        """;

    public const string Drop = "DROP TABLE counter_baselines; DROP TABLE measure_values; DROP TABLE measure_series;";
}
