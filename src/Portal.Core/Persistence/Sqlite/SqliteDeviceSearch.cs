using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Products;
using Comparison = Portal.Core.Expressions.Filter<Portal.Core.Devices.Search.DeviceField>.Comparison;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>The search on SQLite.</summary>
internal sealed class SqliteDeviceSearch(SqliteReadPool pool) : IDeviceSearch
{
    public Task<(DeviceSlice Slice, DeviceCount? Count)> FindAsync(
        DeviceSearch search, DevicePlace? from, bool backward, int limit, bool withCount, CancellationToken cancellationToken) =>
        pool.ReadAsync(reader => new DeviceFinder(reader, search).Find(from, backward, limit, withCount), cancellationToken);

    public Task<DeviceMatches> MatchAsync(DeviceSearch search, int limit, CancellationToken cancellationToken) =>
        pool.ReadAsync(reader => new DeviceFinder(reader, search).Match(limit), cancellationToken);

    /// <remarks>On the calling thread: all but the first who ask after a change find it read.</remarks>
    public Task<Dictionary<string, DeviceRow>> RowsAsync(long organizationNumber, IReadOnlyCollection<string> assetIds, CancellationToken cancellationToken) =>
        Task.FromResult(pool.ReadHere(reader =>
        {
            var found = new Dictionary<string, DeviceRow>(StringComparer.Ordinal);
            foreach (var assetId in assetIds)
            {
                if (reader.Keep((organizationNumber, assetId), () => reader.Run(_ => DeviceRows.Find(reader, organizationNumber, assetId), cancellationToken)) is { } row)
                {
                    found[assetId] = row;
                }
            }

            return found;
        }));

    public Task<StatusCounts> StatusCountsAsync(long organizationNumber, CancellationToken cancellationToken) => pool.ReadAsync(
        reader => reader.Keep(organizationNumber, () => new StatusCounts(CountByStatus(reader, organizationNumber)))!, cancellationToken);

    internal static Dictionary<DeviceStatus, long> CountByStatus(SqliteReader reader, long organizationNumber)
    {
        var counts = Enum.GetValues<DeviceStatus>().ToDictionary(status => status, _ => 0L);
        using var rows = reader.Query("SELECT status, count FROM status_counts WHERE organization_number = @p0", [organizationNumber]);
        while (rows.Read())
        {
            counts[(DeviceStatus)rows.GetInt32(0)] = rows.GetInt64(1);
        }

        return counts;
    }
}

/// <summary>One search: chooses between walking along the order and sorting the few that match, pages and counts.</summary>
internal sealed class DeviceFinder
{
    /// <summary>So few devices in a status are looked at one by one, whatever else was asked for.</summary>
    private const int FewInStatus = 2_000;

    /// <summary>So many candidates are looked at for a count that no index knows; above it the count is "more than".</summary>
    private const int MaxCounted = 1_000;

    private const int MaxMatched = 1_000_000;

    /// <summary>So many are sorted when a walk along the order met too few that match: half a second, instead of an empty page.</summary>
    private const int MaxSorted = 250_000;

    private readonly SqliteReader _reader;
    private readonly DeviceSearch _search;
    private readonly DeviceConditions _conditions;
    private readonly DeviceStages _stages;
    private readonly DeviceRows _rows;
    private readonly Lazy<Dictionary<DeviceStatus, long>> _statusCounts;

    public DeviceFinder(SqliteReader reader, DeviceSearch search)
    {
        (_reader, _search) = (reader, search);
        var products = new Lazy<Dictionary<long, Product>>(() => DeviceRows.Products(reader, search.OrganizationNumber));
        _conditions = new DeviceConditions(search, products);
        _stages = new DeviceStages(search, _conditions, products, new(() => reader.Keep(nameof(PendingKeys), () => PendingKeys.Read(reader))!.Any));
        _rows = new DeviceRows(reader, search, products);
        _statusCounts = new(() => SqliteDeviceSearch.CountByStatus(reader, search.OrganizationNumber));
    }

    public (DeviceSlice Slice, DeviceCount? Count) Find(DevicePlace? from, bool backward, int limit, bool withCount)
    {
        IReadOnlyList<DeviceStage> stages = [.. _stages.Ordered()];
        var ids = Gather(stages, DeviceQuery.MaxCount);
        var (walk, found) = Walk(WithRows(stages, from), from, backward, limit, ids);
        if (walk.GaveUp && ids is null && _search.Sort != DeviceSort.BestMatch && Gather(stages, MaxSorted) is { } many)
        {
            (ids, (walk, found)) = (many, Walk(stages, from, backward, limit, many));
        }

        var hasMore = found.Count > limit || walk.GaveUp;
        if (found.Count > limit)
        {
            found.RemoveAt(limit);
        }

        // Where it gave up is where the next page begins, even if nothing was found on the way.
        var end = walk.GaveUp && found.Count < limit ? walk.Position : found.LastOrDefault().Place;
        var begin = found.FirstOrDefault().Place;
        if (backward)
        {
            found.Reverse();
            (begin, end) = (end, begin);
        }

        var slice = new DeviceSlice(_rows.Complete(found), begin, end, hasMore, walk.GaveUp ? walk.Examined : null);
        return (slice, withCount ? Count(stages, ids, from is null && !hasMore ? found.Count : null) : null);
    }

    public DeviceMatches Match(int limit)
    {
        var ids = new SortedSet<long>();
        var walk = Walk();
        foreach (var id in walk.Find(Gatherer() ?? [DeviceStages.All()], MaxMatched))
        {
            ids.Add(id);
            if (ids.Count > limit)
            {
                break;
            }
        }

        return new DeviceMatches(DeviceRows.Matches(_reader, ids.Take(limit)), ids.Count <= limit && !walk.GaveUp);
    }

    private (DeviceWalk Walk, List<FoundDevice> Found) Walk(
        IReadOnlyList<DeviceStage> stages, DevicePlace? from, bool backward, int limit, HashSet<long>? ids)
    {
        var isDescending = _search.Descending && _search.Sort != DeviceSort.BestMatch;
        var walk = Walk();
        return (walk, walk.Find(stages, from, backward != isDescending, limit + 1, ids, _rows));
    }

    /// <summary>Without the stages that one cheap look shows to be empty.</summary>
    private IReadOnlyList<DeviceStage> WithRows(IReadOnlyList<DeviceStage> stages, DevicePlace? from)
    {
        if (_stages.Beginnings() is not { } beginnings)
        {
            return stages;
        }

        using var rows = _reader.Query(beginnings.ToString(), beginnings.Values);
        rows.Read();
        var (keyBegins, assetBegins) = (rows.GetBoolean(0), rows.GetBoolean(1));
        return [.. _stages.Simplified(stages, keyBegins, assetBegins, from?.Stage)];
    }

    private DeviceWalk Walk() => new(_reader, _search, _conditions);

    /// <summary>The row numbers of all that match, if they are few and an index other than the order's finds them; else nothing.</summary>
    private HashSet<long>? Gather(IReadOnlyList<DeviceStage> natural, int most)
    {
        if (_search.Parts.All(natural.SelectMany(stage => stage.Implied).Contains) || Gatherer() is not { } gatherer)
        {
            return null;
        }

        var isTrigram = gatherer is [{ RowNumber: "f.rowid" }];
        if (isTrigram && (_search.Sort == DeviceSort.BestMatch || CountFast(gatherer[0], most + 1) > most))
        {
            return null;
        }

        var ids = new HashSet<long>();
        var walk = Walk();
        foreach (var id in walk.Find(gatherer, Math.Max(most, DeviceWalk.MaxExamined)))
        {
            ids.Add(id);
            if (ids.Count > most)
            {
                return null;
            }
        }

        return walk.GaveUp ? null : ids;
    }

    /// <summary>Stages that find what matches by the most telling terms; nothing when only the order's own walk can.</summary>
    private List<DeviceStage>? Gatherer()
    {
        foreach (var term in _search.Comparisons.Where(term => term.Field == DeviceField.Status))
        {
            if (DeviceExpression.StatusesOf(term).Sum(status => _statusCounts.Value[status]) <= FewInStatus)
            {
                return [.. DeviceExpression.StatusesOf(term).Select(status => DeviceStages.Status((long)status))];
            }
        }

        var changes = DeviceStages.Changes(_search);
        if (changes is not null && CountFast(changes, DeviceWalk.MaxExamined + 1) <= DeviceWalk.MaxExamined)
        {
            return [changes];
        }

        if (_stages.PrefixTerms.FirstOrDefault() is { } prefix)
        {
            return [.. prefix.Values.Select(value => _stages.Prefix(prefix with { Values = [value] }) with { Implied = [] })];
        }

        return _stages.TrigramTerms.Count > 0 ? [_stages.ByTrigrams()] : null;
    }

    private DeviceCount Count(IReadOnlyList<DeviceStage> natural, HashSet<long>? ids, int? all)
    {
        if (all is { } known)
        {
            return new DeviceCount(known, false);
        }

        if (ids is not null)
        {
            return new DeviceCount(ids.Count, false);
        }

        if (_search.Parts.Count == 0)
        {
            return new DeviceCount(_statusCounts.Value.Values.Sum(), false);
        }

        if (_search.Parts is [Comparison { Field: DeviceField.Status } status])
        {
            return new DeviceCount(DeviceExpression.StatusesOf(status).Sum(value => _statusCounts.Value[value]), false);
        }

        var stages = _stages.TrigramTerms.Count > 0 ? [_stages.ByTrigrams()] : _search.Sort == DeviceSort.BestMatch ? natural : [.. _stages.BestMatch()];
        if (stages is [{ HasPending: false } only] && _search.Parts.All(only.Implied.Contains))
        {
            var count = CountFast(only, DeviceQuery.MaxCount + 1);
            return new DeviceCount(Math.Min(count, DeviceQuery.MaxCount), count > DeviceQuery.MaxCount);
        }

        var walk = Walk();
        var counted = walk.Find(stages, MaxCounted).Count();
        return new DeviceCount(walk.GaveUp ? RoundDown(counted) : counted, walk.GaveUp);
    }

    /// <summary>How many rows a stage has by its index alone, up to a limit.</summary>
    private long CountFast(DeviceStage stage, int limit)
    {
        var sql = Walk().Rows(stage);
        return _reader.Number(new SqlText().Add("SELECT count(*) FROM (SELECT 1 ").Add(sql.ToString()).Add($" LIMIT {limit})").ToString(), sql.Values);
    }

    /// <summary>Whether replaced keys wait to come into the trigram index.</summary>
    private sealed record PendingKeys(bool Any)
    {
        public static PendingKeys Read(SqliteReader reader) => new(reader.Number("SELECT EXISTS (SELECT 1 FROM search_pending)") != 0);
    }

    /// <summary>"More than 1,800" reads better than "more than 1,871", and is as true.</summary>
    private static long RoundDown(int count) => count >= 1000 ? count / 1000 * 1000 : count >= 100 ? count / 100 * 100 : count;
}
