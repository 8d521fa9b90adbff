using System.Diagnostics;
using Microsoft.Extensions.Options;
using Portal.Core.Persistence;
using Portal.Core.Persistence.Sqlite;
using Unit.Support;

namespace Unit.Persistence;

public sealed class SqliteReaderTests
{
    private const string WithoutEnd = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    [Fact]
    public async Task Read_Superseded_StopsItsStatementAndTheConnectionGoesOn()
    {
        using var database = await TestDatabase.CreateAsync();
        using var pool = new SqliteReadPool(Options.Create(new DatabaseOptions { ConnectionString = database.ConnectionString }));
        for (var round = 0; round < 20; round++)
        {
            using var superseded = new CancellationTokenSource();
            var search = Task.Run(() => pool.ReadAsync(reader => reader.Number(WithoutEnd), superseded.Token), TestContext.Current.CancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(30), TestContext.Current.CancellationToken);
            var watch = Stopwatch.StartNew();
            await superseded.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(6));
            Assert.Equal(7, await pool.ReadAsync(reader => reader.Number("SELECT 7"), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Query_OfManyTexts_LeavesOpenWhatIsBeingRead()
    {
        using var database = await TestDatabase.CreateAsync();
        using var pool = new SqliteReadPool(Options.Create(new DatabaseOptions { ConnectionString = database.ConnectionString }));
        for (var round = 0; round < 3; round++)
        {
            var sum = await pool.ReadAsync(
                reader =>
                {
                    using var rows = reader.Query("SELECT 1 UNION ALL SELECT 2", []);
                    var (total, text) = (0L, 0);
                    while (rows.Read())
                    {
                        for (var i = 0; i < 300; i++)
                        {
                            total += reader.Number($"SELECT {rows.GetInt64(0)} + 0 * {text++}");
                        }
                    }

                    return total;
                },
                TestContext.Current.CancellationToken);

            Assert.Equal(900, sum);
        }
    }
}
