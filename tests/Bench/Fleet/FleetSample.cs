using Microsoft.Data.Sqlite;

namespace Bench.Fleet;

internal enum QueryClass
{
    /// <summary>Five to eight characters out of a key or an asset ID, as somebody reads them off a label.</summary>
    Selective,

    /// <summary>Three characters of a key: thousands of hits.</summary>
    Broad,

    /// <summary>The first seven to ten characters of a key.</summary>
    Prefix,

    /// <summary>A word that many names hold.</summary>
    Word,

    /// <summary>Nothing holds it.</summary>
    Miss,
}

internal sealed record Query(QueryClass Class, string Text);

/// <summary>What is asked of a fleet: drawn from its own rows, the same in every run.</summary>
/// <param name="OrganizationId">The largest organization: queries come from its devices, so that both sides find something.</param>
internal sealed record FleetSample(string OrganizationId, IReadOnlyList<Query> Queries, IReadOnlyList<string> AssetIds)
{
    private const int Seed = 42;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public IReadOnlyList<string> Texts(QueryClass queryClass) =>
        [.. Queries.Where(query => query.Class == queryClass).Select(query => query.Text)];

    public static FleetSample Draw(string referenceDatabase)
    {
        using var connection = Sqlite.Open(referenceDatabase);
        var (organization, first, last) = LargestOrganization(connection);
        var random = new Random(Seed);
        (string AssetId, string Key, string Name) Any() => Row(connection, first + random.NextInt64(last - first + 1));
        string Piece(string text, int shortest, int longest)
        {
            var length = Math.Min(text.Length, random.Next(shortest, longest + 1));
            return text.Substring(random.Next(text.Length - length + 1), length);
        }

        var queries = new List<Query>();
        for (var i = 0; i < 100; i++)
        {
            var row = Any();
            queries.Add(new Query(QueryClass.Selective, Piece(random.Next(4) > 0 ? row.Key : row.AssetId, 5, 8)));
        }

        for (var i = 0; i < 20; i++)
        {
            var prefix = Any().Key;
            queries.Add(new Query(QueryClass.Broad, Piece(Any().Key, 3, 3)));
            queries.Add(new Query(QueryClass.Prefix, prefix[..Math.Min(prefix.Length, random.Next(7, 11))]));
            queries.Add(new Query(QueryClass.Miss, $"zq{new string(random.GetItems<char>(Alphabet, 6))}~"));
        }

        var words = Enumerable.Range(0, 400)
            .SelectMany(_ => Any().Name.Split(' ').Where(word => word.Length > 3 && word.All(char.IsLetter)))
            .CountBy(word => word).OrderByDescending(word => word.Value).Take(10);
        queries.AddRange(words.Select(word => new Query(QueryClass.Word, word.Key)));
        return new FleetSample(organization, queries, [.. Enumerable.Range(0, 3000).Select(_ => Any().AssetId).Distinct()]);
    }

    private static (string Organization, long First, long Last) LargestOrganization(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT org_id, min(id), max(id) FROM devices GROUP BY org_id ORDER BY count(*) DESC LIMIT 1";
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? (reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2))
            : throw new InvalidOperationException("The fleet is empty.");
    }

    private static (string AssetId, string Key, string Name) Row(SqliteConnection connection, long id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT asset_id, device_key, name FROM devices WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? (reader.GetString(0), reader.GetString(1), reader.GetString(2))
            : throw new InvalidOperationException($"No device {id}.");
    }
}
