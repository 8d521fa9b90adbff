using CsCheck;
using Portal.Core.Access;
using Portal.Core.Devices.Search;
using Portal.Core.Expressions;
using Portal.Core.Persistence.Sqlite;
using Unit.Support;

namespace Unit.Devices.Search;

public sealed class DeviceRecordPropertyTests
{
    [Fact]
    public async Task Search_AnyFleetAnyExpression_IsWhatLookingAtEveryDeviceFinds() =>
        await Gen.Int.SampleAsync(FleetAgreesAsync, iter: Scale.Of(4, 200), threads: 1);

    private static async Task FleetAgreesAsync(int seed)
    {
        var random = new Random(seed);
        await using var portal = await TestPortal.CreateAsync();
        var fleet = new RecordFleet(portal, random);
        await fleet.FillAsync(60);
        var olga = await portal.SignInAsync(Role.Reader);
        for (var i = 0; i < Scale.Of(150, 500); i++)
        {
            var claim = i == 0 ? null : fleet.RandomClaim();
            var expected = fleet.Expect(claim);
            var (pageNo, pageSize) = (random.Next(1, 4), random.Next(1, 30));
            var page = await portal.Get<DeviceRecords>().SearchAsync(
                olga, new DeviceRecordQuery(TestPortal.Organization, claim?.Text, pageNo, pageSize), CancellationToken.None);
            Assert.True(page.IsSuccess, $"{claim?.Text}: {page.Error}");
            AssertSame(expected, (pageNo - 1) * pageSize, pageSize, page.Value.Devices.Select(device => device.AssetId), page.Value.TotalSize, claim);

            // However many a look-up may gather: with none, all is walked.
            await PagesAgreeAsync(portal, fleet, claim, expected, mostGathered: random.Next(3) * 12);
        }
    }

    private static async Task PagesAgreeAsync(TestPortal portal, RecordFleet fleet, Claim? claim, List<string> expected, int mostGathered)
    {
        var assets = fleet.Devices.ToDictionary(device => device.Id, device => device.AssetId);
        var search = new DeviceSearch(fleet.OrganizationNumber, claim is null ? new Filter<DeviceField>.All([]) : DeviceExpression.Parse(claim.Text).Value!);
        const int Limit = 7;
        for (var skip = 0; skip <= expected.Count + Limit; skip += Limit)
        {
            var from = skip;
            var (found, total) = await portal.Get<SqliteReadPool>().ReadAsync(
                reader => new DevicePager(
                    reader, search, new DeviceConditions(search, new(() => DeviceRows.Products(reader, fleet.OrganizationNumber))), mostGathered)
                    .Find(from, Limit),
                CancellationToken.None);
            AssertSame(expected, from, Limit, found.Select(id => assets[id]), total, claim);
        }

        // The list of the portal takes the same search, and finds the same in an order of its own.
        var matches = await portal.Get<IDeviceSearch>().MatchAsync(search, 1000, CancellationToken.None);
        AssertSame([.. expected.Order(StringComparer.Ordinal)], 0, 1000, matches.Devices.Select(device => device.AssetId).Order(StringComparer.Ordinal), matches.Devices.Count, claim);
    }

    private static void AssertSame(List<string> expected, int skip, int limit, IEnumerable<string> found, long total, Claim? claim)
    {
        var page = expected.Skip(skip).Take(limit).ToList();
        var rows = found.ToList();
        Assert.True(page.SequenceEqual(rows), $"{claim?.Text}, {limit} after {skip}: expected {string.Join(',', page)}, found {string.Join(',', rows)}");
        Assert.True(expected.Count == total, $"{claim?.Text}: expected {expected.Count} in all, found {total}");
    }
}
