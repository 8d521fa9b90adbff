using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Portal.Core.Access;
using Portal.Core.Commands;
using Portal.Core.Organizations;
using Portal.Core.Persistence;
using Portal.Core.Products;
using Unit.Support;

namespace Unit.Persistence;

public sealed class SqliteDatabaseTests
{
    [Fact]
    [Trait("Requirement", "R-21")]
    [Trait("Requirement", "R-58")]
    public async Task Write_AnotherProcessHoldsTheLock_IsRefusedAfterTheBudgetAndGoesOnAfterwards()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        using (var other = portal.Database.Open())
        {
            using var transaction = other.BeginTransaction(deferred: false);
            var watch = Stopwatch.StartNew();
            var first = portal.ReplaceAsync(olga, "asset-1", "key-0", operationId: "0");
            await Task.Delay(500, TestContext.Current.CancellationToken);

            // The others queue behind the first, which holds the writer until its own patience ends; theirs ends no later.
            var answers = await Task.WhenAll(Enumerable.Range(1, 4).Select(number => portal.ReplaceAsync(olga, "asset-1", $"key-{number}", operationId: $"{number}")).Prepend(first));

            Assert.All(answers, answer => Assert.IsType<StorageUnavailable>(answer.Error));
            Assert.InRange(watch.Elapsed.TotalSeconds, 9, 17);
            Assert.Equal(1, await portal.ReadAsync(db => db.Devices.CountAsync()));
        }

        Assert.Null((await portal.ReplaceAsync(olga, "asset-1", "key-0", operationId: "0")).Error);
    }

    [Fact]
    [Trait("Requirement", "R-58")]
    public async Task Write_DiskFull_IsRefusedWholeAndHealsByItself()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var database = portal.Get<IPortalDatabase>();
        var pages = portal.Database.Scalar<long>("PRAGMA page_count");
        var limit = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"PRAGMA max_page_count={pages + 1}");
        await database.WriteAsync(unit => unit.Db.Database.ExecuteSqlRawAsync(limit));
        var before = portal.Database.Snapshot();

        // Big enough not to fit; a small one in the same group shares its fate or not, but is never half done.
        var big = database.WriteAsync(async unit =>
        {
            unit.Db.SavedViews.AddRange(Enumerable.Range(0, 200).Select(number => new Portal.Core.Views.SavedView
            {
                OwnerIssuer = "i",
                OwnerSubject = "s",
                Name = $"{number}",
                Query = new string('x', 1900),
            }));
            return await unit.Db.SaveChangesAsync();
        });

        var fault = await Assert.ThrowsAsync<StorageException>(() => big);
        Assert.Equal("the disk is full", fault.Message);
        Assert.Equal(before, portal.Database.Snapshot());
        Assert.Equal("ok", portal.Database.Scalar<string>("PRAGMA integrity_check"));

        await database.WriteAsync(async unit => await unit.Db.Database.ExecuteSqlRawAsync("PRAGMA max_page_count=1073741823"));
        Assert.Null((await portal.ReplaceAsync(olga, "asset-1", "key-new")).Error);
    }

    [Fact]
    public async Task CompiledModel_AndMigrations_AreThoseOfTheCode()
    {
        await using var portal = await TestPortal.CreateAsync();
        var (compiled, code) = await portal.ReadAsync(db => Task.FromResult((Describe(db.Model), Describe(db.GetService<IDesignTimeModel>().Model))));
        Assert.NotEmpty(code);
        Assert.Equal(code, compiled);
        Assert.False(await portal.ReadAsync(db => Task.FromResult(db.Database.HasPendingModelChanges())));
    }

    [Fact]
    public async Task Migrate_OnlyWhereAMigrationIsMissing_AsksTheMigrator()
    {
        await using var portal = await TestPortal.CreateAsync();
        var database = portal.Get<IPortalDatabase>();
        var before = portal.Database.Snapshot();

        await database.MigrateAsync();
        Assert.Equal(before, portal.Database.Snapshot());

        // As if the first migration had yet to come: it is applied again, which here must fail.
        portal.Database.Execute("DELETE FROM __EFMigrationsHistory WHERE migration_id = (SELECT min(migration_id) FROM __EFMigrationsHistory)");
        await Assert.ThrowsAnyAsync<Exception>(() => database.MigrateAsync());
    }

    [Fact]
    public async Task Write_OneOfManyThrows_OnlyThatOneIsUndone()
    {
        await using var portal = await TestPortal.CreateAsync();
        var database = portal.Get<IPortalDatabase>();
        var gate = new TaskCompletionSource();
        var first = database.WriteAsync(async _ =>
        {
            await gate.Task;
            return 0;
        });
        var writes = Enumerable.Range(1, 20).Select(number => database.WriteAsync(async unit =>
        {
            unit.Db.Organizations.Add(new Organization { Number = number, OrganizationId = $"o{number}", Name = "x" });
            await unit.Db.SaveChangesAsync();
            return number % 5 == 0 ? throw new InvalidOperationException("no") : number;
        })).ToList();
        gate.SetResult();

        await first;
        foreach (var (index, write) in writes.Index())
        {
            if ((index + 1) % 5 == 0)
            {
                await Assert.ThrowsAsync<InvalidOperationException>(() => write);
            }
            else
            {
                Assert.Equal(index + 1, await write);
            }
        }

        Assert.Equal(16L, portal.Database.Scalar<long>("SELECT count(*) FROM organizations"));
    }

    [Fact]
    public async Task Write_TheFirstOfManyThrows_OnlyItIsUndoneAndTheOthersAreWritten()
    {
        await using var portal = await TestPortal.CreateAsync();
        var database = portal.Get<IPortalDatabase>();
        var gate = new TaskCompletionSource();
        var first = database.WriteAsync<int>(async unit =>
        {
            await gate.Task;
            unit.Db.Organizations.Add(Numbered(1));
            await unit.Db.SaveChangesAsync();
            throw new InvalidOperationException("no");
        });
        var others = Enumerable.Range(2, 5).Select(number => database.WriteAsync(async unit =>
        {
            unit.Db.Organizations.Add(Numbered(number));
            return await unit.Db.SaveChangesAsync();
        })).ToList();
        gate.SetResult();

        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Task.WhenAll(others);
        Assert.Equal("2,3,4,5,6", portal.Database.Scalar<string>("SELECT group_concat(number) FROM (SELECT number FROM organizations ORDER BY number)"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task StartOver_FirstOfItsTransactionOrNot_UndoesOnlyWhatTheWorkWrote(int before)
    {
        await using var portal = await TestPortal.CreateAsync();
        var database = portal.Get<IPortalDatabase>();
        var gate = new TaskCompletionSource();
        var kept = Enumerable.Range(1, before).Select(number => database.WriteAsync(async unit =>
        {
            await gate.Task;
            unit.Db.Organizations.Add(Numbered(number));
            return await unit.Db.SaveChangesAsync();
        })).ToList();
        var startsOver = database.WriteAsync(async unit =>
        {
            unit.Db.Organizations.Add(Numbered(8));
            await unit.Db.SaveChangesAsync();
            unit.Db.Organizations.Add(Numbered(9)); // never saved
            await unit.StartOverAsync();
            unit.Db.Organizations.Add(Numbered(10));
            await unit.SaveAsync();
            return 0;
        });
        gate.SetResult();

        await Task.WhenAll([.. kept, startsOver]);
        Assert.Equal(before == 0 ? "10" : "1,10", portal.Database.Scalar<string>("SELECT group_concat(number) FROM (SELECT number FROM organizations ORDER BY number)"));
    }

    [Fact]
    public async Task WriteTogether_ThrowsAfterItWrote_TakesItsTransactionAlongAndTheWriterGoesOn()
    {
        await using var portal = await TestPortal.CreateAsync();
        var database = portal.Get<IPortalDatabase>();
        var gate = new TaskCompletionSource();
        var other = database.WriteAsync(async unit =>
        {
            await gate.Task;
            unit.Db.Organizations.Add(Numbered(1));
            return await unit.Db.SaveChangesAsync();
        });
        var refuses = database.WriteTogetherAsync<int>(_ => throw new InvalidOperationException("nothing was written yet"));
        gate.SetResult();

        // As long as it has written nothing, it is undone alone.
        await Assert.ThrowsAsync<InvalidOperationException>(() => refuses);
        Assert.Equal(1, await other);

        gate = new TaskCompletionSource();
        other = database.WriteAsync(async unit =>
        {
            await gate.Task;
            unit.Db.Organizations.Add(Numbered(2));
            return await unit.Db.SaveChangesAsync();
        });
        var breaks = database.WriteTogetherAsync<int>(async unit =>
        {
            await unit.InsertAsync(Numbered(3));
            throw new InvalidOperationException("no");
        });
        gate.SetResult();

        await Assert.ThrowsAsync<StorageException>(() => breaks);
        await Assert.ThrowsAsync<StorageException>(() => other);
        Assert.Equal(1L, portal.Database.Scalar<long>("SELECT count(*) FROM organizations"));
        Assert.Equal(1, await database.WriteTogetherAsync(async unit => await unit.InsertAsync(Numbered(4)) > 0 ? 1 : 0));
    }

    [Fact]
    public async Task Write_CallerLeavesWhileItWaits_IsLetGoAtOnceAndNothingIsWritten()
    {
        await using var portal = await TestPortal.CreateAsync();
        var database = portal.Get<IPortalDatabase>();
        var gate = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        using var leaving = new CancellationTokenSource();
        var running = database.WriteAsync(
            async unit =>
            {
                begun.SetResult();
                await gate.Task;
                unit.Db.Organizations.Add(new Organization { Number = 1, OrganizationId = "o1", Name = "x" });
                return await unit.Db.SaveChangesAsync();
            },
            leaving.Token);
        await begun.Task;
        var waiting = database.WriteAsync(_ => Task.FromResult(1), leaving.Token);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        // What has begun runs to its end, and its caller learns how it came out.
        gate.SetResult();
        Assert.Equal(1, await running);
    }

    [Fact]
    public async Task Write_InsideAWrite_IsAFaultNotADeadlock()
    {
        await using var portal = await TestPortal.CreateAsync();
        var database = portal.Get<IPortalDatabase>();

        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync(_ => database.WriteAsync(_ => Task.FromResult(1))));
        Assert.Equal(2, await database.WriteAsync(_ => Task.FromResult(2)));
    }

    [Fact]
    [Trait("Requirement", "R-5")]
    public async Task Dispose_WithWorkWaiting_WritesAllOfItAndRefusesMore()
    {
        var portal = await TestPortal.CreateAsync();
        using var kept = portal.Database.Open();
        var database = portal.Get<IPortalDatabase>();
        var gate = new TaskCompletionSource();
        var first = database.WriteAsync(async _ =>
        {
            await gate.Task;
            return 0;
        });
        var writes = Enumerable.Range(1, 300).Select(number => database.WriteAsync(async unit =>
        {
            unit.Db.Organizations.Add(new Organization { Number = number, OrganizationId = $"o{number}", Name = "x" });
            return await unit.Db.SaveChangesAsync();
        })).ToList();

        var closing = ((IAsyncDisposable)database).DisposeAsync().AsTask();
        var late = await Assert.ThrowsAsync<StorageException>(() => database.WriteAsync(_ => Task.FromResult(1)));
        Assert.Equal("the portal is shutting down", late.Message);
        gate.SetResult();

        await closing;
        Assert.All(await Task.WhenAll(writes), rows => Assert.Equal(1, rows));
        Assert.Equal(300L, portal.Database.Scalar<long>("SELECT count(*) FROM organizations"));
        await portal.DisposeAsync();
    }

    private static Organization Numbered(int number) => new() { Number = number, OrganizationId = $"o{number}", Name = "x" };

    private static List<string> Describe(IModel model) =>
    [
        .. from entity in model.GetEntityTypes()
           from line in entity.GetProperties()
               .Select(property => $"{property.Name} {property.GetColumnName()} {property.GetColumnType()} {property.IsNullable} {property.GetMaxLength()} {property.IsConcurrencyToken} {property.GetValueConverter()?.GetType() ?? property.GetTypeMapping().Converter?.GetType()}")
               .Concat(entity.GetKeys().Select(key => $"key {string.Join(',', key.Properties.Select(property => property.Name))}"))
               .Concat(entity.GetForeignKeys().Select(key => $"{key.PrincipalEntityType.Name} {string.Join(',', key.Properties.Select(property => property.Name))} {key.DeleteBehavior} {key.IsUnique}"))
               .Concat(entity.GetIndexes().Select(index => $"index {index.GetDatabaseName()} {index.IsUnique} {index.GetFilter()}"))
           let whole = $"{entity.Name} {entity.GetTableName()} {line}"
           orderby whole
           select whole,
    ];
}
