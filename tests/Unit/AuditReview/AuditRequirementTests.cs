using System.Text;
using CsvHelper;
using Microsoft.EntityFrameworkCore;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.AuditReview;
using Portal.Core.Commands;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.Secrets;
using Portal.Core.Sessions;
using Unit.Support;

namespace Unit.AuditReview;

public sealed class AuditRequirementTests
{
    private const string Block = "CREATE TRIGGER audit_is_down BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'no space in /var/audit'); END";

    private static readonly string[] s_hostile =
    [
        "Eve\r\n999,2026-01-01T00:00:00Z,Root,device.delete,ok", "=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\0=1", "a\u2028b\u2029c\u0085d",
        "\",\"ok\",\"", "\u202Eevil", "\u001b[2Jclean", "＝1+1", " =1+1", "{\"outcome\":\"ok\"}", "';DROP TABLE audit_entries;--", "\uFEFF=1", new string('x', 5000),
    ];

    [Fact]
    [Trait("Requirement", "R-54")]
    public void Table_HasEveryAction()
    {
        // Signing in and out, and what happens without a person, have tests of their own: below, and those of applications beside them.
        string[] elsewhere =
        [
            AuditActions.SignIn, AuditActions.SignOut, AuditActions.DeviceSignedIn, AuditActions.DeviceActivated, AuditActions.SecretExpired,
            AuditActions.TokenIssued, AuditActions.CallRefused, AuditActions.SecretRead,
        ];

        Assert.Equal(AuditActions.All.Order(), AuditedCommands.All.Select(command => command.Action).Concat(elsewhere).Order());
    }

    [Theory]
    [Trait("Requirement", "R-54")]
    [MemberData(nameof(AuditedCommands.Actions), MemberType = typeof(AuditedCommands))]
    public async Task Command_ThatSucceeds_IsOneEntryThatSaysAll(string action)
    {
        await using var world = await AuditedWorld.CreateAsync();
        var command = AuditedCommands.Of(action);
        var before = await LastAsync(world.Portal);

        Assert.Null(await command.RunAsync(world, world.Ada));

        var entry = Assert.Single(await SinceAsync(world.Portal, before));
        AssertSaysAll(entry, action, "ok", world.Ada, world.Portal);
        Assert.Equal(command.AssetId, entry.AssetId);
        var isInOrganization = command.AssetId is not null || action is AuditActions.DevicesImported or AuditActions.DevicesExported
            || action.StartsWith("application.", StringComparison.Ordinal) || action.StartsWith("product.", StringComparison.Ordinal);
        Assert.Equal(isInOrganization, entry.OrganizationNumber is not null);
        await AssertNoSecretAsync(world.Portal);
    }

    [Theory]
    [Trait("Requirement", "R-54")]
    [MemberData(nameof(AuditedCommands.Actions), MemberType = typeof(AuditedCommands))]
    public async Task Command_ThatIsRefused_IsOneEntryAndNoChange(string action)
    {
        await using var world = await AuditedWorld.CreateAsync();
        var (before, state) = (await LastAsync(world.Portal), world.Portal.Database.Snapshot("audit_entries"));

        Assert.IsType<AccessDenied>(await AuditedCommands.Of(action).RunAsync(world, world.Nina));

        AssertSaysAll(Assert.Single(await SinceAsync(world.Portal, before)), action, nameof(AccessDenied), world.Nina, world.Portal);
        Assert.Equal(state, world.Portal.Database.Snapshot("audit_entries"));
    }

    [Fact]
    [Trait("Requirement", "R-54")]
    public async Task Command_WithAnOperationId_SaysItWhetherDoneOrRefused()
    {
        await using var world = await AuditedWorld.CreateAsync();
        var before = await LastAsync(world.Portal);

        Assert.Null((await world.Portal.ReplaceAsync(world.Ada, "asset-1", "key-of-an-operation", operationId: "operation-1")).Error);
        Assert.IsType<AccessDenied>((await world.Portal.ReplaceAsync(world.Nina, "asset-1", "key-of-another", operationId: "operation-2")).Error);

        Assert.Equal(["operation-1", "operation-2"], (await SinceAsync(world.Portal, before)).Select(entry => entry.OperationId));
    }

    [Fact]
    [Trait("Requirement", "R-54")]
    public async Task SignInsAndDeviceSignIns_AreOneEntryEach()
    {
        await using var world = await AuditedWorld.CreateAsync();
        var before = await LastAsync(world.Portal);

        var actor = await world.Portal.SignInAsync("vera", Role.Reader);
        await world.Portal.Get<SessionService>().SignOutAsync(actor);
        var refused = await world.Portal.Get<SessionService>().SignInAsync(new IdentifiedPerson(TestPortal.Issuer, "uwe", "uwe", [], [], null, "192.0.2.66"));
        world.Portal.Database.Execute("UPDATE devices SET status = 0, activated_at = NULL WHERE device_key = 'key-1'");
        await world.Portal.Get<SignInService>().RecordSignInAsync(new DeviceSignIn("inverter", "key-1", 1, "192.0.2.7"));

        // The same again all day is in the connection log, not here.
        await world.Portal.Get<SignInService>().RecordSignInAsync(new DeviceSignIn("inverter", "key-1", 1, "192.0.2.7"));
        await world.Portal.Get<SignInService>().RecordSignInAsync(new DeviceSignIn("inverter", "key-1", 9, "192.0.2.8"));

        Assert.IsType<AccountDisabled>(refused.Error);
        var entries = await SinceAsync(world.Portal, before);
        Assert.Equal(
            [AuditActions.SignIn, AuditActions.SignOut, AuditActions.SignIn, AuditActions.DeviceSignedIn, AuditActions.DeviceSignedIn],
            entries.Select(entry => entry.Action));
        Assert.Equal([true, true, false, true, false], entries.Select(entry => entry.Outcome == "ok"));
        Assert.Equal("192.0.2.66", entries[2].Address);
    }

    [Fact]
    [Trait("Requirement", "R-54")]
    public async Task Export_OfHostileText_HasNoForgedLineAndNoFormula()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1");
        var ada = await portal.SignInAsync("ada", Role.Administrator);
        foreach (var (i, text) in s_hostile.Index())
        {
            var eve = (await portal.Get<SessionService>().SignInAsync(
                new IdentifiedPerson(TestPortal.Issuer, $"eve-{i}", text, [Role.FullAccess.Name], [TestPortal.Organization], null, text))).Value!;
            await portal.Get<DeviceUpdateService>().UpdateAsync(
                eve, new UpdateDeviceRequest(AssetSelector.Asset("asset-1"), IsPatch: true) { Name = text, NameZh = text, Description = text });
            await portal.Get<DeviceService>().DisableAsync(eve, AssetSelector.Asset(text));
            await portal.Get<ReplacementService>().ReplaceAsync(
                eve, new ReplaceDeviceRequest(AssetSelector.Asset("asset-1"), text, SecretDelivery.None, ReplacementReason.Other, text, null, text));
        }

        using var file = new MemoryStream();
        var exported = (await portal.Get<AuditExport>().ExportAsync(ada, new AuditFilter(), () => file, TestContext.Current.CancellationToken)).Value!;

        var count = await portal.ReadAsync(db => db.AuditEntries.CountAsync());
        Assert.Equal(count, exported.Lines);
        using var csv = CsvReader.Create(file.ToArray(), CsvReaderOptions.Default);
        var records = 0;
        while (csv.Read())
        {
            records++;
            for (var i = 0; i < csv.FieldCount; i++)
            {
                var cell = csv.GetString(i);
                Assert.DoesNotContain(cell, character => character is '\r' or '\n' or '\0' or '\u001b');
                Assert.False(cell.AsSpan().TrimStart(" \uFEFF") is ['=' or '+' or '-' or '@' or '＝', ..], cell);
            }
        }

        Assert.Equal(count, records);
        Assert.Equal(count + 1, Encoding.UTF8.GetString(file.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.True((await portal.Get<AuditVerifier>().VerifyOfflineAsync([], TestContext.Current.CancellationToken)).IsSound);
    }

    [Theory]
    [Trait("Requirement", "R-55")]
    [MemberData(nameof(AuditedCommands.Actions), MemberType = typeof(AuditedCommands))]
    public async Task Command_WithTheAuditTableUnwritable_ChangesAndShowsNothingAndWorksAgainAfterwards(string action)
    {
        await using var world = await AuditedWorld.CreateAsync();
        var command = AuditedCommands.Of(action);
        var state = world.Portal.Database.Snapshot();
        world.Portal.Database.Execute(Block);

        foreach (var actor in new[] { world.Ada, world.Nina })
        {
            var refused = Assert.IsType<StorageUnavailable>(await command.RunAsync(world, actor));
            Assert.StartsWith("Nothing was changed", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("/var", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(state, world.Portal.Database.Snapshot());
        world.Portal.Database.Execute("DROP TRIGGER audit_is_down");
        Assert.Null(await command.RunAsync(world, world.Ada));
    }

    private static void AssertSaysAll(AuditEntry entry, string action, string outcome, Actor actor, TestPortal portal)
    {
        Assert.Equal((action, outcome), (entry.Action, entry.Outcome));
        Assert.Equal((actor.Issuer, actor.Subject, actor.Name, actor.Address), (entry.ActorIssuer, entry.ActorSubject, entry.ActorName, entry.Address));
        Assert.Equal(portal.Clock.GetUtcNow(), entry.At);
        Assert.StartsWith("{", entry.Detail, StringComparison.Ordinal);
    }

    private static async Task AssertNoSecretAsync(TestPortal portal)
    {
        var devices = await portal.ReadAsync(db => db.Devices.AsNoTracking().Include(device => device.Credential).ToListAsync());
        var trail = string.Join('\n', portal.Database.Rows("SELECT * FROM audit_entries"));
        foreach (var device in devices)
        {
            using var secret = portal.Get<SecretVault>().Open(device.Credential.KeyId, device.Credential.Sealed, new SecretBinding(
                SecretBinding.Device, device.OrganizationNumber, device.AssetId, device.Credential.Version));
            Assert.DoesNotContain(Encoding.ASCII.GetString(secret.Reveal().Span), trail, StringComparison.Ordinal);
        }
    }

    private static Task<long> LastAsync(TestPortal portal) => portal.ReadAsync(db => db.AuditEntries.MaxAsync(entry => entry.Sequence));

    private static Task<List<AuditEntry>> SinceAsync(TestPortal portal, long sequence) => portal.ReadAsync(db =>
        db.AuditEntries.AsNoTracking().Where(entry => entry.Sequence > sequence).OrderBy(entry => entry.Sequence).ToListAsync());

    [Fact]
    [Trait("Requirement", "R-30")]
    public async Task Refusal_AboutAnAsset_IsReadByThoseWhoAuditItsOrganizationOnly()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        await portal.AddDeviceAsync("asset-2", "key-of-2", TestPortal.OtherOrganization);
        var both = await portal.SignInAsync("maria", Role.FullAccess, TestPortal.Organization, TestPortal.OtherOrganization);
        Assert.IsType<DeviceKeyUnchanged>((await portal.ReplaceAsync(both, "asset-2", "key-of-2")).Error);
        Assert.IsType<AssetNotFound>((await portal.ReplaceAsync(both, "asset-9", "key-new")).Error);

        async Task<string[]> RefusedAsync(string auditor, string organization)
        {
            var actor = await portal.SignInAsync(auditor, Role.Auditor, organization);
            var page = await portal.Get<AuditQueries>().SearchAsync(actor, new AuditFilter(Action: AuditActions.DeviceReplaced));
            return [.. page.Value!.Lines.Select(entry => $"{entry.AssetId} {entry.Outcome}")];
        }

        Assert.Equal(["asset-9 AssetNotFound", "asset-2 DeviceKeyUnchanged"], await RefusedAsync("otto", TestPortal.OtherOrganization));
        Assert.Equal(["asset-9 AssetNotFound"], await RefusedAsync("anton", TestPortal.Organization));

        // The asset's own page tells what was done to it; who tried what in vain is for those who audit.
        Assert.Empty((await portal.Get<AuditQueries>().OfAssetAsync(both, "asset-2")).Value!.Lines);
    }
}
