using Portal.Core.Devices.Search;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>
/// Finds a numbered page of a search, the newest first, as row numbers: only what is on the page is read
/// as a record.
/// </summary>
/// <param name="mostGathered">As <see cref="MaxGathered"/>, fewer in a test.</param>
internal sealed class DevicePager(
    SqliteReader reader, DeviceSearch search, DeviceConditions conditions, int mostGathered = DevicePager.MaxGathered)
{
    /// <summary>So many rows are read and sorted for a page: a fifth of a second. More than that are walked in order.</summary>
    public const int MaxGathered = 100_000;

    private readonly DeviceLookups _lookups = new(reader, search, conditions, mostGathered);

    public (IReadOnlyList<long> RowNumbers, long Total) Find(long skip, int limit)
    {
        if (Gathering() is { } statements)
        {
            return Gather(statements, skip, limit);
        }

        return _lookups.Count(search.Filter) is { } total ? (Walk(total, skip, limit), total) : WalkAll(skip, limit);
    }

    /// <summary>What reads all that match by an index, in any order; nothing when none helps.</summary>
    internal IReadOnlyList<SqlText>? Gathering() =>
        _lookups.Find(search.Filter) is not { } lookup ? null : [.. lookup.Sources.Select(source =>
        {
            var sql = new SqlText().Add("SELECT d.created_at, d.id FROM ");
            source(sql);
            return conditions.Add(sql.Add(" AND "), search.Parts);
        })];

    private (IReadOnlyList<long> RowNumbers, long Total) Gather(IReadOnlyList<SqlText> statements, long skip, int limit)
    {
        var found = new HashSet<(long CreatedAt, long RowNumber)>();
        foreach (var sql in statements)
        {
            reader.QueryOnce(sql.ToString(), sql.Values, rows =>
            {
                while (rows.Read())
                {
                    found.Add((rows.GetInt64(0), rows.GetInt64(1)));
                }
            });
        }

        return skip >= found.Count
            ? ([], found.Count)
            : ([.. found.OrderDescending().Skip((int)skip).Take(limit).Select(device => device.RowNumber)], found.Count);
    }

    /// <summary>Along the order of creation, from the end that is nearer.</summary>
    private IReadOnlyList<long> Walk(long total, long skip, int limit)
    {
        var count = (int)Math.Clamp(total - skip, 0, limit);
        if (count == 0)
        {
            return [];
        }

        var fromOldest = skip > total / 2;
        var sql = InOrder(fromOldest).Add(" LIMIT ").Value((long)count).Add(" OFFSET ").Value(fromOldest ? total - skip - count : skip);
        var rowNumbers = new List<long>(count);
        reader.QueryOnce(sql.ToString(), sql.Values, rows =>
        {
            while (rows.Read())
            {
                rowNumbers.Add(rows.GetInt64(0));
            }
        });
        if (fromOldest)
        {
            rowNumbers.Reverse();
        }

        return rowNumbers;
    }

    /// <summary>Where only looking at every device tells how many there are, one look finds the page too.</summary>
    private (IReadOnlyList<long> RowNumbers, long Total) WalkAll(long skip, int limit)
    {
        var sql = InOrder(fromOldest: false);
        var rowNumbers = new List<long>();
        var total = 0L;
        reader.QueryOnce(sql.ToString(), sql.Values, rows =>
        {
            for (; rows.Read(); total++)
            {
                if (total >= skip && total < skip + limit)
                {
                    rowNumbers.Add(rows.GetInt64(0));
                }
            }
        });
        return (rowNumbers, total);
    }

    /// <summary>Row numbers of all that match; where that is every device, from the index alone.</summary>
    internal SqlText InOrder(bool fromOldest)
    {
        var sql = new SqlText().Add("SELECT d.id FROM devices d INDEXED BY ix_devices_created WHERE d.organization_number = ").Value(search.OrganizationNumber);
        var direction = fromOldest ? "" : " DESC";
        return conditions.Add(sql.Add(" AND "), search.Parts).Add(" ORDER BY d.created_at").Add(direction).Add(", d.id").Add(direction);
    }
}
