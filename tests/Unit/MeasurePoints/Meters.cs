using Portal.Core;
using Portal.Core.Connections;
using Portal.Core.MeasurePoints;
using Unit.Support;

namespace Unit.MeasurePoints;

/// <summary>Short ways to what meters send.</summary>
internal static class Meters
{
    public const string Energy = "energyTotal";

    /// <summary>A session of the device as it is now in the database; nobody but the row can tell that it is over.</summary>
    public static DeviceSession SessionOf(this TestPortal portal, string assetId, DeviceSession? gateway = null)
    {
        var key = portal.Database.Rows(
            $"SELECT p.product_key, d.device_key FROM devices d JOIN products p ON p.id = d.product_id WHERE d.asset_id = '{assetId}'")
            .Single().Split('|').Select(cell => cell.Split('=', 2)[1]).ToArray();
        return new DeviceSession(portal.Get<IConnectionFacts>().Find(key[0], key[1])!, "192.0.2.7", portal.Clock.GetUtcNow(), gateway);
    }

    public static Task<Result<Accepted>> PostValuesAsync(this TestPortal portal, DeviceSession session, DateTimeOffset at, params MeasureValue[] values) =>
        portal.Get<MeasureIngest>().PostAsync([new MeasurePost(session, at, values)]);

    public static Task<Result<Accepted>> PostAsync(this TestPortal portal, DeviceSession session, DateTimeOffset at, double number, string point = Energy) =>
        portal.PostValuesAsync(session, at, new MeasureValue(point, number, null));

    public static Task<Result<Accepted>> PostAsync(this TestPortal portal, string assetId, DateTimeOffset at, double number, string point = Energy) =>
        portal.PostAsync(portal.SessionOf(assetId), at, number, point);

    /// <summary>What is stored, in order: seconds since 1970, number or text.</summary>
    public static IReadOnlyList<string> Stored(this TestPortal portal) => portal.Database.Rows(
        "SELECT s.point, v.at / 1000 AS at, coalesce(v.number, v.text) AS value FROM measure_series s JOIN measure_values v ON v.series_id = s.id ORDER BY s.point, v.at");
}
