using Microsoft.Extensions.Logging;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Persistence;
using Portal.Core.Reveals;
using Portal.Core.Sessions;
using Unit.Support;

namespace Unit.Applications;

/// <summary>Applications as people manage them.</summary>
public sealed class ApplicationServiceTests
{
    [Fact]
    public async Task Create_GivesKeysInTheFormOfTheVendor_AndTheSecretToItsMakerOnly()
    {
        await using var portal = await TestPortal.CreateAsync();
        var ada = await portal.SignInAsync("ada", Role.Administrator);
        var eve = await portal.SignInAsync("eve", Role.Administrator);

        var created = PortalCommands.Value(await portal.Get<ApplicationService>().CreateAsync(
            ada, new CreateApplicationRequest(TestPortal.Organization, " Fleet sync ", Right.Read | Right.ReadSecrets, OperationId: "op-1")));

        Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", created.AccessKey);
        var open = Assert.Single(PortalCommands.Value(await portal.Get<RevealService>().MineAsync(ada)));
        Assert.Equal((RevealSubject.Application, created.AccessKey, "Fleet sync", ""), (open.Subject, open.AccessKey, open.ApplicationName, open.AssetId));
        Assert.IsType<RevealNotFound>((await portal.ReadSecretAsync(eve, created.RevealGrantId)).Error);
        Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", (await portal.ReadSecretAsync(ada, created.RevealGrantId)).Secret);
        Assert.IsType<Portal.Core.FieldInvalid>((await portal.Get<RevealService>().DisplayAsync(ada, created.RevealGrantId, RevealForm.QrCode)).Error);
        Assert.Equal("", PortalCommands.Value(await portal.Get<RevealService>().AcknowledgeAsync(ada, created.RevealGrantId)).AssetId);

        var again = await portal.Get<ApplicationService>().CreateAsync(
            ada, new CreateApplicationRequest(TestPortal.Organization, " Fleet sync ", Right.Read | Right.ReadSecrets, OperationId: "op-1"));
        Assert.Equal(created, again.Value);
        var summary = Assert.Single(PortalCommands.Value(await portal.Get<ApplicationQueries>().ListAsync(ada, TestPortal.Organization)));
        Assert.Equal((created.AccessKey, "Fleet sync", Right.Read | Right.ReadSecrets, false, "ada", 1), (summary.AccessKey, summary.Name, summary.Rights, summary.AllowsClearText, summary.CreatedByName, summary.Version));
    }

    [Fact]
    public async Task SecretKeys_AreAllDifferent()
    {
        await using var portal = await TestPortal.CreateAsync();
        var secrets = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            Assert.True(secrets.Add((await TestApplication.CreateAsync(portal, hasKey: false)).SecretKey));
        }

        Assert.All(secrets, secret => Assert.DoesNotContain(secret, string.Join('\n', portal.Database.Rows("SELECT * FROM applications").Concat(portal.Database.Rows("SELECT * FROM operations"))), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Right.ManageApplications)]
    [InlineData(Right.ManagePeople)]
    [InlineData(Right.ReadAudit | Right.Read)]
    [InlineData((Right)128)]
    public async Task Create_RightThatNoApplicationHas_IsRefused(Right rights)
    {
        await using var portal = await TestPortal.CreateAsync();
        var ada = await portal.SignInAsync("ada", Role.Administrator);

        var error = (await portal.Get<ApplicationService>().CreateAsync(ada, new CreateApplicationRequest(TestPortal.Organization, "x", rights))).Error;

        Assert.Equal(rights & ~Right.Read, Assert.IsType<RightsNotGrantable>(error).Rights);
    }

    [Fact]
    public void Check_RightsThatTheGiverLacks_AreNotGiven()
    {
        var actor = new Actor("https://provider.test", "kim", "Kim", "session", null);
        var access = new Portal.Core.Access.Access(actor, Right.ManageApplications | Right.Read, []);

        Assert.Null(ApplicationRights.Check(access, Right.Read | Right.ReadSecrets));
        Assert.Equal(Right.Replace | Right.ManageDevices, ApplicationRights.Check(access, Right.Read | Right.Replace | Right.ManageDevices)!.Rights);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\tb")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task Create_NameThatIsNone_IsRefused(string name)
    {
        await using var portal = await TestPortal.CreateAsync();
        var ada = await portal.SignInAsync("ada", Role.Administrator);

        Assert.Equal("name", Assert.IsType<Portal.Core.FieldInvalid>((await portal.Get<ApplicationService>().CreateAsync(
            ada, new CreateApplicationRequest(TestPortal.Organization, name, Right.Read))).Error).Field);
    }

    [Theory]
    [InlineData(ColumnLengths.BearerClientId, "", true)]
    [InlineData(ColumnLengths.BearerClientId + 1, "", false)]
    [InlineData(1, " ", true)]
    [InlineData(4, " client", false)]
    [InlineData(4, "\u00a0client", false)]
    public async Task Create_BearerClientId_IsTakenUpToTheLengthThatTheScreenSaysAndWithoutBlanks(int length, string rest, bool isTaken)
    {
        await using var portal = await TestPortal.CreateAsync();
        var ada = await portal.SignInAsync("ada", Role.Administrator);

        var error = (await portal.Get<ApplicationService>().CreateAsync(
            ada, new CreateApplicationRequest(TestPortal.Organization, "Fleet sync", Right.Read, BearerClientId: new string('c', length) + rest))).Error;

        Assert.Equal(isTaken ? null : "bearerClientId", (error as Portal.Core.FieldInvalid)?.Field);
        Assert.Equal(isTaken, error is null);
    }

    [Fact]
    public async Task Edit_ChangesWhatItMayDoAtOnce()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal, Right.Read | Right.Replace);
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var ada = await portal.SignInAsync("ada", Role.Administrator);
        EditApplicationRequest Edit(Right rights, int? seen = null) => new(application.AccessKey, seen, "Renamed", rights, AllowsClearText: true, " client-1 ");

        Assert.Null((await application.ReplaceAsync("asset-1", "key-new", SecretDelivery.None)).Error);
        var changed = PortalCommands.Value(await portal.Get<ApplicationService>().EditAsync(ada, Edit(Right.Read, 1)));

        Assert.Equal(("Renamed", 2), (changed.Name, changed.Version));
        Assert.Equal(new AccessDenied(Right.Replace), (await application.ReplaceAsync("asset-1", "key-newer", SecretDelivery.None)).Error);
        Assert.Equal("ada", Assert.IsType<ApplicationChanged>((await portal.Get<ApplicationService>().EditAsync(ada, Edit(Right.Read, 1))).Error).ChangedBy);
        Assert.Equal(application.AccessKey, PortalCommands.Value(portal.Get<BearerClients>().Find("client-1", "192.0.2.9", "request-1")).Subject);

        var other = await TestApplication.CreateAsync(portal);
        Assert.Equal(new BearerClientInUse("client-1"), (await portal.Get<ApplicationService>().EditAsync(
            ada, new EditApplicationRequest(other.AccessKey, null, "Other", Right.Read, false, "client-1"))).Error);
        Assert.IsType<BearerClientInUse>((await portal.Get<ApplicationService>().CreateAsync(
            ada, new CreateApplicationRequest(TestPortal.Organization, "Third", Right.Read, false, "client-1"))).Error);
        Assert.IsType<BearerClientUnknown>(portal.Get<BearerClients>().Find("client-2", null).Error);
    }

    [Fact]
    public async Task Rotate_EndsTheOldSecretKeyItsTokenAndItsGrantAtOnce()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var ada = await portal.SignInAsync("ada", Role.Administrator);
        var token = await application.GetTokenAsync();

        var rotated = PortalCommands.Value(await portal.Get<ApplicationService>().RotateSecretAsync(ada, application.AccessKey, "op-1"));

        portal.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<TokenUnknownOrExpired>((await portal.Get<RequestSignatures>().VerifyAsync(application.Sign(token))).Error);
        Assert.IsType<EncryptionInvalid>((await portal.Get<AccessTokenService>().GetAsync(application.TokenRequest())).Error);
        var renewed = application with { SecretKey = (await portal.ReadSecretAsync(ada, rotated.RevealGrantId)).Secret! };
        Assert.NotEqual(application.SecretKey, renewed.SecretKey);
        Assert.NotEqual(token, await renewed.GetTokenAsync());
        Assert.Equal(rotated, (await portal.Get<ApplicationService>().RotateSecretAsync(ada, application.AccessKey, "op-1")).Value);

        PortalCommands.Value(await portal.Get<ApplicationService>().RotateSecretAsync(ada, application.AccessKey, "op-2"));
        Assert.Equal(RevealCloseReason.Superseded, Assert.IsType<RevealClosed>((await portal.ReadSecretAsync(ada, rotated.RevealGrantId)).Error).Reason);
    }

    [Fact]
    [Trait("Requirement", "R-31")]
    public async Task Disable_StopsEverythingItAsksFor_UntilItIsEnabled()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal, bearerClientId: "client-1");
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var ada = await portal.SignInAsync("ada", Role.Administrator);
        var grant = PortalCommands.Value(await portal.Get<ApplicationService>().RotateSecretAsync(ada, application.AccessKey)).RevealGrantId;
        application = application with { SecretKey = (await portal.ReadSecretAsync(ada, grant)).Secret! };
        var token = await application.GetTokenAsync();

        Assert.NotNull(PortalCommands.Value(await portal.Get<ApplicationService>().DisableAsync(ada, application.AccessKey)).DisabledAt);

        Assert.IsType<NotSignedIn>((await application.ReplaceAsync("asset-1", "key-new", SecretDelivery.None)).Error);
        Assert.IsType<NotSignedIn>((await portal.Get<AccessRules>().GetAsync(application.Actor)).Error);
        Assert.IsType<TokenUnknownOrExpired>((await portal.Get<RequestSignatures>().VerifyAsync(application.Sign(token))).Error);
        Assert.IsType<BearerClientUnknown>(portal.Get<BearerClients>().Find("client-1", null).Error);
        Assert.Equal(RevealCloseReason.Revoked, Assert.IsType<RevealClosed>((await portal.ReadSecretAsync(ada, grant)).Error).Reason);

        Assert.Null(PortalCommands.Value(await portal.Get<ApplicationService>().EnableAsync(ada, application.AccessKey)).DisabledAt);
        Assert.Null((await application.ReplaceAsync("asset-1", "key-new", SecretDelivery.None)).Error);
        portal.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(token, await application.GetTokenAsync());
    }

    [Fact]
    public async Task Delete_LeavesNothingThatCouldCall()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var ada = await portal.SignInAsync("ada", Role.Administrator);

        PortalCommands.Value(await portal.Get<ApplicationService>().DeleteAsync(ada, application.AccessKey));

        Assert.IsType<AppKeyUnknown>((await portal.Get<AccessTokenService>().GetAsync(application.TokenRequest())).Error);
        Assert.IsType<NotSignedIn>((await portal.Get<AccessRules>().GetAsync(application.Actor)).Error);
        Assert.Equal(0L, portal.Database.Scalar<long>("SELECT (SELECT count(*) FROM applications) + (SELECT count(*) FROM application_public_keys)"));
        Assert.IsType<ApplicationNotFound>((await portal.Get<ApplicationService>().EnableAsync(ada, application.AccessKey)).Error);
    }

    [Fact]
    [Trait("Requirement", "R-30")]
    public async Task Person_CannotComeAsAnApplication()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var person = new IdentifiedPerson(ApplicationIdentity.Issuer, application.AccessKey, "eve", [Role.Administrator.Name], [TestPortal.Organization], null, null);

        Assert.IsType<IssuerReserved>((await portal.Get<SessionService>().SignInAsync(person)).Error);
        var olga = await portal.SignInAsync(Role.FullAccess);
        foreach (var forged in new[]
        {
            application.Actor with { SessionId = olga.SessionId }, application.Actor with { Issuer = TestPortal.Issuer }, application.Actor with { Subject = "" },
            olga with { SessionId = "" }, olga with { Issuer = ApplicationIdentity.Issuer }, application.Actor with { Subject = application.AccessKey.ToUpperInvariant() },
        })
        {
            Assert.IsType<NotSignedIn>((await portal.Get<AccessRules>().GetAsync(forged)).Error);
        }
    }

    [Fact]
    public async Task Grant_OfAPersonWhoMayManageApplicationsNoMore_IsRevoked()
    {
        await using var portal = await TestPortal.CreateAsync();
        var ada = await portal.SignInAsync("ada", Role.Administrator);
        var created = PortalCommands.Value(await portal.Get<ApplicationService>().CreateAsync(ada, new CreateApplicationRequest(TestPortal.Organization, "x", Right.Read)));
        await portal.SignInAsync("ada", Role.FullAccess);

        Assert.Equal(new AccessDenied(Right.ManageApplications), (await portal.ReadSecretAsync(ada, created.RevealGrantId)).Error);
        await portal.SignInAsync("ada", Role.Administrator);
        Assert.Equal(RevealCloseReason.Revoked, Assert.IsType<RevealClosed>((await portal.ReadSecretAsync(ada, created.RevealGrantId)).Error).Reason);
    }

    [Fact]
    [Trait("Requirement", "R-48")]
    public async Task SecretKey_MovedToAnotherApplication_DoesNotOpenAndIsAnAlarm()
    {
        using var logs = new CapturedLogs();
        await using var portal = await TestPortal.CreateAsync(configure: logs.AddTo);
        var (application, other) = (await TestApplication.CreateAsync(portal), await TestApplication.CreateAsync(portal));
        portal.Database.Execute($"UPDATE applications SET secret_sealed=(SELECT secret_sealed FROM applications WHERE access_key='{other.AccessKey}') WHERE access_key='{application.AccessKey}'");

        Assert.Equal(new SecretKeyUnreadable(application.AccessKey), (await portal.Get<AccessTokenService>().GetAsync(application.TokenRequest())).Error);
        Assert.Single(logs.Lines, line => line.Level == LogLevel.Critical && line.Text.Contains(application.AccessKey, StringComparison.Ordinal));
        Assert.Equal(1, portal.Database.Scalar<long>(
            $"SELECT count(*) FROM audit_entries WHERE action='{AuditActions.TokenIssued}' AND outcome='{nameof(SecretKeyUnreadable)}' AND actor_subject='{application.AccessKey}'"));
    }
}
