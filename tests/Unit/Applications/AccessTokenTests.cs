using System.Text;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Unit.Support;

namespace Unit.Applications;

/// <summary>Section 1.1 of the contract: getting and refreshing an access token.</summary>
public sealed class AccessTokenTests
{
    [Fact]
    public void Encryption_VectorOfTheContract_Matches() => Assert.Equal(
        "405ff7cc909d800ff1cbf3db6010d46f6185f6c9185d3243e4d653187b34fb8b",
        AccessTokenService.Compute("5acb82e7-a11e-4300-9164-c8b20b638e8b", "1572574909697", Encoding.UTF8.GetBytes("0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9")));

    [Fact]
    public async Task Get_WhileATokenIsAlive_GivesTheSameOne()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var tokens = portal.Get<AccessTokenService>();

        var first = PortalCommands.Value(await tokens.GetAsync(application.TokenRequest()));
        Assert.Equal(7200, first.ExpiresInSeconds);

        portal.Clock.Advance(TimeSpan.FromMinutes(90));
        Assert.Equal(new AccessToken(first.Value, 1800), PortalCommands.Value(await tokens.GetAsync(application.TokenRequest())));

        portal.Clock.Advance(TimeSpan.FromMinutes(30));
        var next = PortalCommands.Value(await tokens.GetAsync(application.TokenRequest()));
        Assert.Equal(7200, next.ExpiresInSeconds);
        Assert.NotEqual(first.Value, next.Value);
    }

    [Fact]
    public async Task Get_AndAtOnceRefresh_AsTheVendorsClientDoes_KeepsTheTokenAlive()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var tokens = portal.Get<AccessTokenService>();
        var token = PortalCommands.Value(await tokens.GetAsync(application.TokenRequest()));

        Assert.Equal(token, PortalCommands.Value(await tokens.RefreshAsync(application.TokenRequest(), token.Value)));

        for (var i = 0; i < 3; i++)
        {
            portal.Clock.Advance(TimeSpan.FromMinutes(110));
            Assert.Equal(token, PortalCommands.Value(await tokens.RefreshAsync(application.TokenRequest(), token.Value)));
            Assert.True((await portal.Get<RequestSignatures>().VerifyAsync(application.Sign(token.Value))).IsSuccess);
        }
    }

    [Fact]
    public async Task Refresh_OfATokenThatIsOverOrAnothers_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        var (application, other) = (await TestApplication.CreateAsync(portal), await TestApplication.CreateAsync(portal));
        var (token, others) = (await application.GetTokenAsync(), await other.GetTokenAsync());
        async Task<Error?> RefreshAsync(string? accessToken)
        {
            portal.Clock.Advance(TimeSpan.FromMilliseconds(1));
            return (await portal.Get<AccessTokenService>().RefreshAsync(application.TokenRequest(), accessToken)).Error;
        }

        Assert.Equal(new TokenParameterMissing("accessToken"), await RefreshAsync(""));
        Assert.Equal(new TokenParameterMissing("accessToken"), await RefreshAsync(null));
        Assert.IsType<TokenRefreshFailed>(await RefreshAsync("token"));
        Assert.IsType<TokenRefreshFailed>(await RefreshAsync(others));
        Assert.Null(await RefreshAsync(token));
        portal.Clock.Advance(TimeSpan.FromHours(2));
        Assert.IsType<AccessTokenExpired>(await RefreshAsync(token));
    }

    [Fact]
    public async Task Request_ThatIsWrong_IsToldWhatIsWrong()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var disabled = await TestApplication.CreateAsync(portal);
        PortalCommands.Value(await portal.Get<ApplicationService>().DisableAsync(await portal.SignInAsync("ada", Role.Administrator), disabled.AccessKey));
        var good = application.TokenRequest();
        var (unknown, now) = (Guid.NewGuid().ToString(), portal.Clock.GetUtcNow());
        (TokenRequest Request, Error Expected)[] cases =
        [
            (good with { AppKey = null }, new TokenParameterMissing("appKey")), (good with { AppKey = "" }, new TokenParameterMissing("appKey")),
            (good with { Encryption = "" }, new TokenParameterMissing("encryption")), (good with { Timestamp = null }, new TokenParameterMissing("timestamp")),
            (good with { AppKey = unknown }, new AppKeyUnknown()), (good with { AppKey = application.AccessKey.ToUpperInvariant() }, new AppKeyUnknown()),
            (disabled.TokenRequest(), new AppKeyUnknown()),
            (good with { Encryption = "wrong" }, new EncryptionInvalid()), (good with { Encryption = good.Encryption!.ToUpperInvariant() }, new EncryptionInvalid()),
            (good with { Timestamp = good.Timestamp + 1 }, new EncryptionInvalid()), (good with { Timestamp = long.MinValue }, new EncryptionInvalid()),
        ];
        foreach (var (request, expected) in cases)
        {
            Assert.Equal(expected, (await portal.Get<AccessTokenService>().GetAsync(request)).Error);
        }

        foreach (var at in new[] { now.AddMinutes(-5).AddMilliseconds(-1), now.AddMinutes(5).AddMilliseconds(1), DateTimeOffset.UnixEpoch })
        {
            Assert.Equal("timestamp", Assert.IsType<TokenParameterInvalid>((await portal.Get<AccessTokenService>().GetAsync(application.TokenRequest(at))).Error).Parameter);
        }
    }

    [Fact]
    public async Task Request_MadeAgain_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var request = application.TokenRequest(portal.Clock.GetUtcNow().AddMinutes(4));

        Assert.True((await portal.Get<AccessTokenService>().GetAsync(request)).IsSuccess);
        foreach (var minutes in new[] { 0, 4, 5 })
        {
            portal.Clock.Advance(TimeSpan.FromMinutes(minutes));
            Assert.IsType<EncryptionRepeated>((await portal.Get<AccessTokenService>().GetAsync(request)).Error);
        }

        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<TokenParameterInvalid>((await portal.Get<AccessTokenService>().GetAsync(request)).Error);
    }

    [Fact]
    public async Task Token_IsNotInTheDatabase_AndOutlivesARestart()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var token = await application.GetTokenAsync();

        Assert.DoesNotContain(token, string.Join('\n', portal.Database.Rows("SELECT * FROM applications").Concat(portal.Database.Rows("SELECT * FROM audit_entries"))), StringComparison.Ordinal);
        await using var restarted = portal.Restart();
        Assert.True((await restarted.Get<RequestSignatures>().VerifyAsync(application.Sign(token))).IsSuccess);
        portal.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(token, PortalCommands.Value(await restarted.Get<AccessTokenService>().GetAsync(application.TokenRequest())).Value);
    }

    [Fact]
    [Trait("Requirement", "R-54")]
    public async Task Requests_AreAuditedEach_ThoseOfNobodyAreNot()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var before = portal.Database.Scalar<long>("SELECT max(sequence) FROM audit_entries");
        var request = application.TokenRequest() with { RequestId = "request-1" };

        await portal.Get<AccessTokenService>().GetAsync(request);
        await portal.Get<AccessTokenService>().GetAsync(request);
        for (var i = 0; i < 1000; i++)
        {
            await portal.Get<AccessTokenService>().GetAsync(request with { AppKey = $"guess-{i}" });
        }

        Assert.Equal(
            [$"action={AuditActions.TokenIssued}|outcome=ok|actor_subject={application.AccessKey}", $"action={AuditActions.TokenIssued}|outcome=EncryptionRepeated|actor_subject={application.AccessKey}"],
            portal.Database.Rows($"SELECT action, outcome, actor_subject FROM audit_entries WHERE sequence > {before} ORDER BY sequence"));
        Assert.Equal(2L, portal.Database.Scalar<long>($"SELECT count(*) FROM audit_entries WHERE sequence > {before} AND detail LIKE '%\"requestId\":\"request-1\"%'"));
    }

    [Fact]
    public async Task Get_WithTheAuditTableUnwritable_GivesNoToken()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        portal.Database.Execute("CREATE TRIGGER audit_is_down BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'down'); END");

        Assert.NotNull((await portal.Get<AccessTokenService>().GetAsync(application.TokenRequest())).Error);
        Assert.Equal(0L, portal.Database.Scalar<long>("SELECT count(*) FROM applications WHERE token_id IS NOT NULL"));
    }
}
