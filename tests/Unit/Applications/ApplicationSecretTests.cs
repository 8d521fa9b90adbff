using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.Secrets;
using Unit.Support;

namespace Unit.Applications;

/// <summary>How the secret of a device reaches an application: sealed, as it is, or not at all.</summary>
public sealed class ApplicationSecretTests
{
    [Fact]
    public async Task Replace_Encrypted_AnswersWithTheNewSecretForThePrivateKeyOnly()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var application = await TestApplication.CreateAsync(portal, Right.Replace);

        var replaced = PortalCommands.Value(await application.ReplaceAsync("asset-1", "key-new", SecretDelivery.Encrypted));

        Assert.Null(replaced.RevealGrantId);
        Assert.Equal(2, replaced.CredentialVersion);
        Assert.Equal(await StoredAsync(portal, "asset-1"), TestApplication.Decrypt(replaced.Secret!, TestApplication.FirstKey));
        Assert.Null(PortalCommands.Value(await application.ReplaceAsync("asset-1", "key-newer", SecretDelivery.None)).Secret);
    }

    [Fact]
    public async Task Create_Encrypted_AnswersWithTheSecret()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddProductAsync();
        var application = await TestApplication.CreateAsync(portal, Right.ManageDevices);
        var request = new CreateDeviceRequest(TestPortal.Organization, "inverter", "New", "+01:00", Delivery: SecretDelivery.Encrypted, OperationId: "op-1");

        var created = PortalCommands.Value(await portal.Get<DeviceService>().CreateAsync(application.Actor, request));

        Assert.Equal(await StoredAsync(portal, created.AssetId), TestApplication.Decrypt(created.Secret!, TestApplication.FirstKey));
        Assert.Equal(created, (await portal.Get<DeviceService>().CreateAsync(application.Actor, request)).Value);
        PortalCommands.Value(await portal.ReplaceAsync(await portal.SignInAsync(Role.FullAccess), created.AssetId, "key-new"));
        Assert.IsType<SecretSuperseded>((await portal.Get<DeviceService>().CreateAsync(application.Actor, request)).Error);
    }

    [Theory]
    [InlineData(SecretDelivery.Encrypted, nameof(PublicKeyMissing))]
    [InlineData(SecretDelivery.Clear, nameof(ClearTextNotAllowed))]
    public async Task Replace_SecretThatCannotBeDelivered_ChangesNothing(SecretDelivery delivery, string expected)
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        await portal.AddProductAsync();
        var application = await TestApplication.CreateAsync(portal, hasKey: false);
        var olga = await portal.SignInAsync(Role.FullAccess);
        var before = portal.Database.Snapshot("audit_entries");
        foreach (var actor in new[] { application.Actor, olga })
        {
            Assert.Equal(expected, (await portal.Get<ReplacementService>().ReplaceAsync(actor, new ReplaceDeviceRequest(
                AssetSelector.Asset("asset-1"), "key-new", delivery, ReplacementReason.Broken))).Error?.GetType().Name);
            Assert.Equal(expected, (await portal.Get<DeviceService>().CreateAsync(actor, new CreateDeviceRequest(
                TestPortal.Organization, "inverter", "New", "+01:00", Delivery: delivery))).Error?.GetType().Name);
        }

        Assert.Equal(before, portal.Database.Snapshot("audit_entries"));
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task Replace_SameCallAHundredTimesAtOnceAndAfterACrash_IsOneEffectAndTheSameBytes()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var application = await TestApplication.CreateAsync(portal);
        Task<Result<ReplacedDevice>> CallAsync(int n) => application.ReplaceAsync("asset-1", "key-new", SecretDelivery.Encrypted, "sig:1", $"request-{n}");

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => Task.Run(() => CallAsync(n))));
        var first = PortalCommands.Value(results[0]);

        Assert.All(results, result => Assert.Equal(first, result.Value));
        Assert.Matches("^request-[0-9]+$", first.RequestId);
        Assert.Equal(1L, portal.Database.Scalar<long>("SELECT count(*) FROM replacements"));
        Assert.Equal(2L, portal.Database.Scalar<long>("SELECT credential_version FROM devices"));
        Assert.Contains($"\"requestId\":\"{first.RequestId}\"", portal.Database.Scalar<string>($"SELECT detail FROM audit_entries WHERE action='{AuditActions.DeviceReplaced}'"), StringComparison.Ordinal);

        await using var restarted = portal.Restart();
        var again = await (application with { Portal = restarted }).ReplaceAsync("asset-1", "key-new", SecretDelivery.Encrypted, "sig:1", "request-late");
        Assert.Equal(first, again.Value);
        Assert.Equal(await StoredAsync(restarted, "asset-1"), TestApplication.Decrypt(again.Value!.Secret!, TestApplication.FirstKey));
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task Replace_SameOperationWithAnotherRequest_IsRefusedAndChangesNothing()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        await portal.AddDeviceAsync("asset-2", "key-of-2");
        var application = await TestApplication.CreateAsync(portal);
        PortalCommands.Value(await application.ReplaceAsync("asset-1", "key-new", SecretDelivery.Encrypted, "sig:1"));
        var before = portal.Database.Snapshot("audit_entries");

        Assert.IsType<OperationReused>((await application.ReplaceAsync("asset-1", "key-newer", SecretDelivery.Encrypted, "sig:1")).Error);
        Assert.IsType<OperationReused>((await application.ReplaceAsync("asset-2", "key-new", SecretDelivery.Encrypted, "sig:1")).Error);
        Assert.IsType<OperationReused>((await application.ReplaceAsync("asset-1", "key-new", SecretDelivery.Clear, "sig:1")).Error);
        Assert.IsType<OperationReused>((await application.ReplaceAsync("asset-1", "key-new", SecretDelivery.None, "sig:1")).Error);
        Assert.Equal(before, portal.Database.Snapshot("audit_entries"));
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task Replace_AnsweredAgainAfterAnotherChangeOfTheSecret_GivesNoStaleSecret()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        await portal.AddDeviceAsync("asset-2", "key-of-2");
        var application = await TestApplication.CreateAsync(portal);
        var olga = await portal.SignInAsync(Role.FullAccess);
        foreach (var asset in new[] { "asset-1", "asset-2" })
        {
            PortalCommands.Value(await application.ReplaceAsync(asset, $"{asset}-new", SecretDelivery.Encrypted, $"sig:{asset}"));
        }

        PortalCommands.Value(await portal.Get<ReplacementService>().ReissueAsync(olga, new ReissueSecretRequest(AssetSelector.Asset("asset-1"), ReplacementReason.Other)));
        PortalCommands.Value(await portal.Get<DeviceService>().DeleteAsync(await portal.SignInAsync("ada", Role.Administrator), AssetSelector.Asset("asset-2")));

        foreach (var asset in new[] { "asset-1", "asset-2", "asset-1" })
        {
            Assert.Equal(new SecretSuperseded(asset), (await application.ReplaceAsync(asset, $"{asset}-new", SecretDelivery.Encrypted, $"sig:{asset}")).Error);
        }
    }

    [Fact]
    public async Task Open_OwnNewSecret_NeedsNoRightToReadSecrets_AndIsAuditedFirst()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        await portal.AddProductAsync();
        var application = await TestApplication.CreateAsync(portal, Right.Replace | Right.ManageDevices, allowsClearText: true, hasKey: false);
        var secrets = portal.Get<ApplicationSecrets>();
        var replaced = PortalCommands.Value(await application.ReplaceAsync("asset-1", "key-new", SecretDelivery.Clear));
        Assert.Null(replaced.Secret);
        var created = PortalCommands.Value(await portal.Get<DeviceService>().CreateAsync(application.Actor, new CreateDeviceRequest(
            TestPortal.Organization, "inverter", "New", "+01:00", Delivery: SecretDelivery.Clear)));

        Assert.Equal(await StoredAsync(portal, "asset-1"), await OpenMadeAsync(portal, application.Actor, "asset-1", replaced.CredentialVersion));
        Assert.Equal(await StoredAsync(portal, created.AssetId), await OpenMadeAsync(portal, application.Actor, created.AssetId, created.CredentialVersion));
        Assert.Equal(2L, portal.Database.Scalar<long>($"SELECT count(*) FROM audit_entries WHERE action='{AuditActions.SecretRead}' AND outcome='ok'"));

        // Whatever it did not make itself, it may not read.
        Assert.Equal(new AccessDenied(Right.ReadSecrets), (await secrets.OpenAsync(application.Actor, ["asset-1"])).Error);
        var other = await TestApplication.CreateAsync(portal, Right.Replace | Right.ManageDevices, allowsClearText: true);
        Assert.Equal(new AccessDenied(Right.ReadSecrets), (await secrets.OpenMadeAsync(other.Actor, "asset-1", replaced.CredentialVersion)).Error);
        Assert.Equal(new AccessDenied(Right.ReadSecrets), (await secrets.OpenMadeAsync(other.Actor, created.AssetId, created.CredentialVersion)).Error);
        PortalCommands.Value(await portal.ReplaceAsync(await portal.SignInAsync(Role.FullAccess), "asset-1", "key-newer"));
        Assert.Equal(new SecretSuperseded("asset-1"), (await secrets.OpenMadeAsync(application.Actor, "asset-1", replaced.CredentialVersion)).Error);
        Assert.Equal(new AccessDenied(Right.ReadSecrets), (await secrets.OpenMadeAsync(application.Actor, "asset-1", 3)).Error);
    }

    [Fact]
    public async Task Open_ByWhomeverMayNot_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        await portal.AddDeviceAsync("asset-2", "key-of-2", TestPortal.OtherOrganization);
        var reader = await TestApplication.CreateAsync(portal, Right.Read | Right.ReadSecrets, allowsClearText: true);
        var sealedOnly = await TestApplication.CreateAsync(portal, Right.Read | Right.ReadSecrets);
        var noReader = await TestApplication.CreateAsync(portal, Right.Read | Right.Replace | Right.ManageDevices, allowsClearText: true);
        var secrets = portal.Get<ApplicationSecrets>();

        Assert.Equal(await StoredAsync(portal, "asset-1"), await OpenAsync(portal, reader.Actor, "asset-1"));
        Assert.IsType<ClearTextNotAllowed>((await secrets.OpenAsync(sealedOnly.Actor, ["asset-1"])).Error);
        Assert.IsType<AccessDenied>((await secrets.OpenAsync(noReader.Actor, ["asset-1"])).Error);
        Assert.IsType<AccessDenied>((await secrets.OpenMadeAsync(noReader.Actor, "asset-1", 1)).Error);
        Assert.Empty(PortalCommands.Value(await secrets.OpenAsync(reader.Actor, ["asset-2", "asset-3"])));
        Assert.Equal(new AssetNotFound("asset-2"), (await secrets.OpenMadeAsync(reader.Actor, "asset-2", 1)).Error);
        Assert.IsType<AccessDenied>((await secrets.OpenMadeAsync(await portal.SignInAsync("ada", Role.Administrator), "asset-1", 1)).Error);
        Assert.IsType<NotSignedIn>((await secrets.OpenAsync(null, ["asset-1"])).Error);
    }

    [Fact]
    public async Task Seal_GivesThePresentSecretsOfItsOrganization_OneAuditEntryEach()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        await portal.AddDeviceAsync("asset-2", "key-of-2");
        await portal.AddDeviceAsync("asset-3", "key-of-3", TestPortal.OtherOrganization);
        var reader = await TestApplication.CreateAsync(portal, Right.Read | Right.ReadSecrets);

        var secrets = PortalCommands.Value(await portal.Get<ApplicationSecrets>().SealAsync(reader.Actor with { RequestId = "request-1" }, ["asset-1", "asset-2", "asset-3", "asset-4"]));

        Assert.Equal(["asset-1", "asset-2"], secrets.Keys.Order());
        foreach (var (asset, secret) in secrets)
        {
            Assert.Equal(await StoredAsync(portal, asset), TestApplication.Decrypt(secret.Secret, TestApplication.FirstKey));
        }

        Assert.Equal(
            ["asset_id=asset-1|outcome=ok", "asset_id=asset-2|outcome=ok"],
            portal.Database.Rows($"SELECT asset_id, outcome FROM audit_entries WHERE action='{AuditActions.SecretRead}' AND detail LIKE '%request-1%' ORDER BY asset_id"));
        Assert.Empty(PortalCommands.Value(await portal.Get<ApplicationSecrets>().SealAsync(reader.Actor, [])));
    }

    [Fact]
    public async Task Seal_WithoutRightOrKey_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var noReader = await TestApplication.CreateAsync(portal, Right.Read | Right.Replace | Right.ManageDevices);
        var noKey = await TestApplication.CreateAsync(portal, hasKey: false);

        Assert.Equal(new AccessDenied(Right.ReadSecrets), (await portal.Get<ApplicationSecrets>().SealAsync(noReader.Actor, ["asset-1"])).Error);
        Assert.IsType<PublicKeyMissing>((await portal.Get<ApplicationSecrets>().SealAsync(noKey.Actor, ["asset-1"])).Error);
    }

    [Fact]
    [Trait("Requirement", "R-48")]
    public async Task Secret_PutBackFromAnOlderGeneration_IsSaidToBeUnreadable()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var application = await TestApplication.CreateAsync(portal, allowsClearText: true);
        portal.Database.Execute("UPDATE devices SET credential_version=2");

        Assert.IsType<SecretUnreadable>((await portal.Get<ApplicationSecrets>().OpenAsync(application.Actor, ["asset-1"])).Error);
        Assert.IsType<SecretUnreadable>((await portal.Get<ApplicationSecrets>().SealAsync(application.Actor, ["asset-1"])).Error);
        Assert.Equal(2L, portal.Database.Scalar<long>($"SELECT count(*) FROM audit_entries WHERE action='{AuditActions.SecretRead}' AND outcome='{nameof(SecretUnreadable)}'"));
    }

    [Fact]
    [Trait("Requirement", "R-55")]
    public async Task Secret_WithTheAuditTableUnwritable_IsNotRead()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var application = await TestApplication.CreateAsync(portal, allowsClearText: true);
        portal.Database.Execute("CREATE TRIGGER audit_is_down BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'down'); END");

        Assert.IsType<StorageUnavailable>((await portal.Get<ApplicationSecrets>().OpenAsync(application.Actor, ["asset-1"])).Error);
        Assert.IsType<StorageUnavailable>((await portal.Get<ApplicationSecrets>().SealAsync(application.Actor, ["asset-1"])).Error);
    }

    [Fact]
    [Trait("Requirement", "R-49")]
    public async Task Secrets_OfApplicationsAndForThem_AreInNoTableInTheClear()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var application = await TestApplication.CreateAsync(portal, allowsClearText: true);
        var token = await application.GetTokenAsync();
        var replaced = PortalCommands.Value(await application.ReplaceAsync("asset-1", "key-new", SecretDelivery.Encrypted, "sig:1"));
        var secret = await OpenMadeAsync(portal, application.Actor, "asset-1", replaced.CredentialVersion);

        var tables = portal.Database.Rows("SELECT name FROM sqlite_master WHERE type='table' AND sql NOT LIKE 'CREATE VIRTUAL%'").Select(row => row["name=".Length..]);
        var everything = string.Join('\n', tables.SelectMany(table => portal.Database.Rows($"SELECT * FROM \"{table}\"")));
        foreach (var canary in new[] { application.SecretKey, secret, token })
        {
            Assert.DoesNotContain(canary, everything, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.ASCII.GetBytes(canary)), everything, StringComparison.Ordinal);
        }
    }

    private static async Task<string> OpenAsync(TestPortal portal, Actor actor, string assetId)
    {
        using var secret = Assert.Single(PortalCommands.Value(await portal.Get<ApplicationSecrets>().OpenAsync(actor, [assetId]))).Value.Secret;
        return Encoding.ASCII.GetString(secret.Reveal().Span);
    }

    private static async Task<string> OpenMadeAsync(TestPortal portal, Actor actor, string assetId, int version)
    {
        using var secret = PortalCommands.Value(await portal.Get<ApplicationSecrets>().OpenMadeAsync(actor, assetId, version));
        return Encoding.ASCII.GetString(secret.Reveal().Span);
    }

    private static async Task<string> StoredAsync(TestPortal portal, string assetId)
    {
        var device = await portal.ReadAsync(db => db.Devices.AsNoTracking().Include(device => device.Credential).SingleAsync(device => device.AssetId == assetId));
        using var secret = portal.Get<SecretVault>().Open(device.Credential.KeyId, device.Credential.Sealed, new SecretBinding(
            SecretBinding.Device, device.OrganizationNumber, assetId, device.Credential.Version));
        return Encoding.ASCII.GetString(secret.Reveal().Span);
    }
}
