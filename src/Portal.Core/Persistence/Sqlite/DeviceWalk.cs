using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portal.Core.Devices.Search;
using Portal.Core.Organizations;
using Portal.Core.Products;

namespace Portal.Core.Persistence.Sqlite;

/// <summary>Steps through stages of a search, one candidate at a time, and counts how many it looked at.</summary>
internal sealed class DeviceWalk(SqliteReader reader, DeviceSearch search, DeviceConditions conditions)
{
    /// <summary>Candidates looked at before a page is given up for now: about a fifth of a second.</summary>
    public const int MaxExamined = 50_000;

    private int _examined;

    /// <summary>Whether the walk stopped before its end because it had looked at too many.</summary>
    public bool GaveUp { get; private set; }

    public int Examined => _examined;

    /// <summary>Where the walk stood when it gave up.</summary>
    public DevicePlace? Position { get; private set; }

    /// <summary>Row numbers of matching rows, in order.</summary>
    public IEnumerable<long> Find(IReadOnlyList<DeviceStage> stages, int maxExamined)
    {
        foreach (var stage in stages)
        {
            foreach (var (place, _) in Step(stage, null, backward: false, "", maxExamined))
            {
                yield return place.RowNumber;
            }

            if (GaveUp)
            {
                yield break;
            }
        }
    }

    /// <summary>The first so many matching rows, in order, from <paramref name="from"/> on.</summary>
    /// <param name="ids">Look at these row numbers only, all of which match; else read from the index of each stage.</param>
    public List<FoundDevice> Find(IReadOnlyList<DeviceStage> stages, DevicePlace? from, bool backward, int limit, IReadOnlyCollection<long>? ids, DeviceRows read)
    {
        var found = new List<FoundDevice>();
        var json = ids is null ? null : JsonSerializer.Serialize(ids);
        var start = from is null ? -1 : stages.ToList().FindIndex(stage => stage.Tag == from.Stage);
        var (index, step) = backward ? (start < 0 ? stages.Count - 1 : start, -1) : (Math.Max(start, 0), 1);
        for (; index >= 0 && index < stages.Count && found.Count < limit && !GaveUp; index += step)
        {
            var place = index == start ? from : null;
            var steps = json is null
                ? Step(stages[index], place, backward, ", " + DeviceRows.Columns, MaxExamined)
                : Step(stages[index], FromIds(stages[index], place, backward, json, limit), MaxExamined);
            foreach (var (next, rows) in steps)
            {
                found.Add(read.Read(next, rows, first: 3));
                if (found.Count == limit)
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>The rows of a stage as its index has them, with those that it does not have yet in between.</summary>
    private IEnumerable<(DevicePlace Place, SqliteDataReader Rows)> Step(DeviceStage stage, DevicePlace? from, bool backward, string columns, int maxExamined)
    {
        var indexed = Step(stage, FromIndex(stage, from, backward, columns), maxExamined);
        return stage.HasPending
            ? Merge(indexed, Step(stage.Pending, FromIndex(stage.Pending, from, backward, columns), maxExamined), backward)
            : indexed;
    }

    /// <summary>Both in the order of their row numbers, a row of both once. One that gives up ends it: what comes after is not known.</summary>
    private IEnumerable<(DevicePlace Place, SqliteDataReader Rows)> Merge(
        IEnumerable<(DevicePlace Place, SqliteDataReader Rows)> first, IEnumerable<(DevicePlace Place, SqliteDataReader Rows)> second, bool backward)
    {
        using var one = first.GetEnumerator();
        using var other = second.GetEnumerator();
        var (hasOne, hasOther) = (one.MoveNext(), other.MoveNext());
        while ((hasOne || hasOther) && !GaveUp)
        {
            var order = !hasOther ? -1 : !hasOne ? 1
                : one.Current.Place.RowNumber.CompareTo(other.Current.Place.RowNumber) * (backward ? -1 : 1);
            yield return order <= 0 ? one.Current : other.Current;
            hasOne = order <= 0 ? one.MoveNext() : hasOne;
            hasOther = order >= 0 ? other.MoveNext() : hasOther;
        }
    }

    /// <summary>Runs the statement of a stage: row number, key, whether it matches.</summary>
    private IEnumerable<(DevicePlace Place, SqliteDataReader Rows)> Step(DeviceStage stage, SqlText sql, int maxExamined)
    {
        using var rows = reader.Query(sql.ToString(), sql.Values);
        while (rows.Read())
        {
            _examined++;
            var isMatch = !rows.IsDBNull(2) && rows.GetInt64(2) != 0;
            if (isMatch || _examined >= maxExamined)
            {
                Position = new DevicePlace(stage.Tag, KeyOf(rows), rows.GetInt64(0));
            }

            if (isMatch)
            {
                yield return (Position!, rows);
            }

            if (_examined >= maxExamined)
            {
                GaveUp = true;
                yield break;
            }
        }
    }

    private static object? KeyOf(SqliteDataReader rows) => rows.IsDBNull(1) ? null : rows.GetValue(1);

    private SqlText FromIndex(DeviceStage stage, DevicePlace? from, bool backward, string columns)
    {
        var sql = new SqlText().Add("SELECT ").Add(stage.RowNumber).Add(", ").Add(stage.Key.Length > 0 ? stage.Key : "NULL").Add(", ");
        if (stage.Belongs is { } belongs && (stage.Implied.Count > 0 || stage.RowNumber != "d.id"))
        {
            belongs(sql);
            sql.Add(" AND ");
        }

        conditions.Add(sql, [.. search.Parts.Except(stage.Implied)]);
        return AddRows(sql.Add(columns).Add(" "), stage, from, backward);
    }

    /// <summary><c>FROM … WHERE … ORDER BY</c> of all rows of a stage, whether they match or not.</summary>
    public SqlText Rows(DeviceStage stage) => AddRows(new SqlText(), stage with { Source = stage.NumbersFrom ?? stage.Source }, null, backward: false);

    private SqlText AddRows(SqlText sql, DeviceStage stage, DevicePlace? from, bool backward)
    {
        sql.Add("FROM ");
        (stage.From ?? (source => source.Add(stage.Source)))(sql);
        sql.Add(" WHERE ");
        if (stage.Leading is { } leading)
        {
            leading(sql);
            sql.Add(" AND ");
        }

        return AddRange(sql, stage, from, backward);
    }

    private SqlText FromIds(DeviceStage stage, DevicePlace? from, bool backward, string ids, int limit)
    {
        var sql = new SqlText().Add("SELECT d.id, ").Add(stage.Key.Length > 0 ? stage.Key : "NULL")
            .Add(", 1, ").Add(DeviceRows.Columns).Add(" FROM json_each(").Value(ids).Add(") j CROSS JOIN devices d ON d.id = j.value WHERE ");
        if (stage.Belongs is { } belongs)
        {
            belongs(sql);
            sql.Add(" AND ");
        }

        return AddRange(sql, stage with { RowNumber = "d.id" }, from, backward).Add(" LIMIT ").Value((long)limit);
    }

    /// <summary>One lower and one upper bound, so that SQLite enters the index where the page begins.</summary>
    private SqlText AddRange(SqlText sql, DeviceStage stage, DevicePlace? from, bool backward)
    {
        var (first, last) = (RowNumbers.First(search.OrganizationNumber), RowNumbers.Last(search.OrganizationNumber));
        var direction = backward ? " DESC" : "";
        if (stage.Key.Length == 0)
        {
            if (from is not null)
            {
                (first, last) = backward ? (first, from.RowNumber - 1) : (from.RowNumber + 1, last);
            }

            return sql.Add(stage.RowNumber).Add(" BETWEEN ").Value(first).Add(" AND ").Value(last)
                .Add(" ORDER BY ").Add(stage.RowNumber).Add(direction);
        }

        sql.Add("1");
        if (from?.Key is not null)
        {
            sql.Add($" AND ({stage.Key}, d.id) {(backward ? "<" : ">")} (").Value(from.Key).Add(", ").Value(from.RowNumber).Add(")");
        }

        if (stage.Low is { } low && (backward || from?.Key is null))
        {
            sql.Add($" AND {stage.Key} >= ").Value(low);
        }

        if (stage.High is { } high && (!backward || from?.Key is null))
        {
            sql.Add($" AND {stage.Key} < ").Value(high);
        }

        return sql.Add(" ORDER BY ").Add(stage.Key).Add(direction).Add(", d.id").Add(direction);
    }
}
