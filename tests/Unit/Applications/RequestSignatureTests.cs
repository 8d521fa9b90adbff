using System.Globalization;
using System.Text;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Unit.Support;

namespace Unit.Applications;

/// <summary>Section 1.2 of the contract: who makes a call, proved by its signature.</summary>
public sealed class RequestSignatureTests
{
    private const string Secret = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9";

    [Theory]
    [InlineData( // the vendor's own vector, with the Chinese body
        "xxxxaaaxxxx", "k3=v3&k1=v1&k2=v2", "{\n  \"count\": 20,\n  \"page\": 1,\n  \"desc\": \"描述\"\n}", "1572574909697", "xxxappSecretxxx",
        "59828328f6c1f9771015dc74e4929ae30f518a35a3d2353972c2ea46556fc981")]
    [InlineData( // the digest that belongs to the body of the vendor's English page
        "xxxxaaaxxxx", "k3=v3&k1=v1&k2=v2", "{\n  \"count\": 20,\n  \"page\": 1,\n  \"desc\": \"description\"\n}", "1572574909697", "xxxappSecretxxx",
        "ad6dc6fc97f4290f3724e94eab38168d8613c41c3a4569b4b8b0efbce96a816c")]
    [InlineData(
        "Generated_Access_Token", "action=replaceDevice&orgId=yourOrgId&assetId=yourAssetId", "{\"newDeviceKey\":\"yourNewDeviceKey\",\"requireSecret\":true}",
        "1572574909697", Secret, "6a86c0858c5370b7d739e25aa339cdc2bd66e72da677e7801205515b00416b36")]
    [InlineData( // taken off the wire of a vendor client
        "tok-abc", "action=replaceDevice&orgId=o15_demo&assetId=a1", "{\"newDeviceKey\":\"newKey-1\",\"requireSecret\":true}",
        "1795447035700", Secret, "670011476ff4f22c72a0e67e4065d383e2c6d3786dcfffbc0c68ba5a01553306")]
    public void Compute_VectorsOfTheContract_Match(string token, string query, string body, string timestamp, string secret, string expected) =>
        Assert.Equal(expected, RequestSignatures.Compute(token, Pairs(query), Encoding.UTF8.GetBytes(body), timestamp, Encoding.UTF8.GetBytes(secret)));

    [Fact]
    public void Canonical_SortsNamesByTheirCharacters()
    {
        Assert.Equal(
            "Aa1Bb2_c3aa4assetIdx", RequestSignatures.Canonical(Pairs("assetId=x&aa=4&_c=3&Bb=2&Aa=1")));
        Assert.Equal("", RequestSignatures.Canonical([]));
    }

    [Fact]
    public async Task Verify_SignedCall_SaysWhoCalls()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal, bearerClientId: "plant-client");
        var request = application.Sign(await application.GetTokenAsync(), "action=get&deviceKey=a.b_c-d") with { RequestId = "request-1" };

        var call = PortalCommands.Value(await portal.Get<RequestSignatures>().VerifyAsync(request));

        Assert.Equal(application.AccessKey, call.AccessKey);
        Assert.Equal(application.Actor with { RequestId = "request-1", CallId = call.Actor.CallId }, call.Actor);
        Assert.Matches("^sig:[0-9]{14}:[0-9a-f]{64}$", call.Actor.CallId);
        var access = PortalCommands.Value(await portal.Get<AccessRules>().GetAsync(call.Actor));
        Assert.Equal(TestApplication.AllRights, access.Rights);
        Assert.Equal([TestPortal.Organization], access.Organizations.Select(organization => organization.OrganizationId));
    }

    [Fact]
    public async Task Verify_AnythingChanged_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var other = await TestApplication.CreateAsync(portal);
        var token = await application.GetTokenAsync();
        var good = application.Sign(token, "action=get&orgId=o1", "{\"a\": 1}");
        SignedRequest[] bad =
        [
            good with { Signature = null }, good with { Signature = "" }, good with { Signature = good.Signature!.ToUpperInvariant() },
            good with { Signature = good.Signature![..^1] + (good.Signature[^1] == '0' ? '1' : '0') }, good with { Signature = good.Signature + "0" }, good with { Signature = "描述" },
            good with { Body = "{\"a\":1}"u8.ToArray() }, good with { Body = ReadOnlyMemory<byte>.Empty }, good with { Query = Pairs("action=get&orgId=o2") },
            good with { Query = Pairs("action=get&orgId=o1&x=") }, good with { Query = [] },
            good with { Timestamp = (long.Parse(good.Timestamp!, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture) },
            other.Sign(token, "action=get&orgId=o1", "{\"a\": 1}"),
        ];
        foreach (var request in bad)
        {
            Assert.IsType<SignatureInvalid>((await portal.Get<RequestSignatures>().VerifyAsync(request)).Error);
        }

        Assert.True((await portal.Get<RequestSignatures>().VerifyAsync(good)).IsSuccess);
    }

    [Fact]
    public void Who_makes_more_calls_than_can_be_remembered_waits_and_nobody_else_does()
    {
        var guard = new ReplayGuard(limit: 2);
        var now = DateTimeOffset.UnixEpoch.AddDays(20_000);
        ReplayGuard.Verdict Add(string by, string text, int minute = 0) => guard.Add(by, text, now.AddMinutes(minute) + CallClock.Window, now.AddMinutes(minute));

        Assert.Equal([ReplayGuard.Verdict.New, ReplayGuard.Verdict.New, ReplayGuard.Verdict.Full], [Add("busy", "1"), Add("busy", "2", minute: 1), Add("busy", "3", minute: 1)]);
        Assert.Equal([ReplayGuard.Verdict.Repeated, ReplayGuard.Verdict.New], [Add("busy", "1"), Add("quiet", "4", minute: 1)]);
        Assert.Equal([ReplayGuard.Verdict.New, ReplayGuard.Verdict.Full], [Add("busy", "5", minute: 6), Add("busy", "6", minute: 6)]); // the first of them is forgotten
    }

    [Theory]
    [InlineData(-300_000, true)]
    [InlineData(-300_001, false)]
    [InlineData(300_000, true)]
    [InlineData(300_001, false)]
    [InlineData(0, true)]
    public async Task Verify_Timestamp_IsTakenWithinFiveMinutesEitherWay(int milliseconds, bool isTaken)
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var request = application.Sign(await application.GetTokenAsync(), at: portal.Clock.GetUtcNow().AddMilliseconds(milliseconds));

        var error = (await portal.Get<RequestSignatures>().VerifyAsync(request)).Error;

        Assert.Equal(isTaken ? null : new TimestampOutsideWindow(), error);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("-1")]
    [InlineData("+1572574909697")]
    [InlineData(" 1572574909697")]
    [InlineData("1572574909697.5")]
    [InlineData("9999999999999999")]
    [InlineData("99999999999999999999999999")]
    [InlineData("１５７２５７４９０９６９７")]
    public async Task Verify_TimestampThatIsNone_IsRefused(string? timestamp)
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var request = application.Sign(await application.GetTokenAsync()) with { Timestamp = timestamp };

        Assert.IsType<TimestampOutsideWindow>((await portal.Get<RequestSignatures>().VerifyAsync(request)).Error);
    }

    [Fact]
    public async Task Verify_SameCallTwice_IsRefusedUnlessItMayRepeat()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var token = await application.GetTokenAsync();
        var signatures = portal.Get<RequestSignatures>();
        var ahead = application.Sign(token, at: portal.Clock.GetUtcNow().AddMinutes(4));

        var first = PortalCommands.Value(await signatures.VerifyAsync(ahead));
        foreach (var minutes in new[] { 0, 3, 5 })
        {
            portal.Clock.Advance(TimeSpan.FromMinutes(minutes));
            Assert.IsType<CallRepeated>((await signatures.VerifyAsync(ahead)).Error);
            Assert.Equal(first.Actor.CallId, PortalCommands.Value(await signatures.VerifyAsync(ahead, mayRepeat: true)).Actor.CallId);
        }

        portal.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.IsType<TimestampOutsideWindow>((await signatures.VerifyAsync(ahead, mayRepeat: true)).Error);
        Assert.NotEqual(first.Actor.CallId, PortalCommands.Value(await signatures.VerifyAsync(application.Sign(token))).Actor.CallId);
    }

    [Fact]
    public async Task Verify_SameCallAHundredTimesAtOnce_IsTakenOnce()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var request = application.Sign(await application.GetTokenAsync());

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => portal.Get<RequestSignatures>().VerifyAsync(request))));

        Assert.Single(results, result => result.IsSuccess);
        Assert.All(results.Where(result => !result.IsSuccess), result => Assert.IsType<CallRepeated>(result.Error));
    }

    [Fact]
    public async Task Verify_TooOften_IsAskedOfTrueSignaturesOnlyAndUsesNothingUp()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var request = application.Sign(await application.GetTokenAsync());
        var signatures = portal.Get<RequestSignatures>();

        Assert.IsType<SignatureInvalid>((await signatures.VerifyAsync(request with { Signature = "wrong" }, mayCallNow: _ => throw new InvalidOperationException())).Error);
        Assert.IsType<TooManyCalls>((await signatures.VerifyAsync(request, mayCallNow: accessKey => accessKey != application.AccessKey)).Error);
        Assert.True((await signatures.VerifyAsync(request, mayCallNow: _ => true)).IsSuccess);
        Assert.IsType<CallRepeated>((await signatures.VerifyAsync(request, mayCallNow: _ => throw new InvalidOperationException())).Error);
    }

    [Fact]
    public async Task Verify_TokenThatIsNoneOrOver_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var token = await application.GetTokenAsync();
        var tokenId = portal.Database.Scalar<byte[]>("SELECT token_id FROM applications");
        var fromTheDatabase = System.Buffers.Text.Base64Url.EncodeToString([.. tokenId, .. new byte[16]]);
        foreach (var wrong in new[] { null, "", "token", token[..^1], token + "A", token[..^2] + "AA", fromTheDatabase, new string('=', 43), new string('描', 43) })
        {
            Assert.IsType<TokenUnknownOrExpired>((await portal.Get<RequestSignatures>().VerifyAsync(application.Sign(token) with { AccessToken = wrong })).Error);
        }

        portal.Clock.Advance(TimeSpan.FromHours(2));
        Assert.IsType<TokenUnknownOrExpired>((await portal.Get<RequestSignatures>().VerifyAsync(application.Sign(token))).Error);
    }

    [Fact]
    [Trait("Requirement", "R-54")]
    public async Task Refusals_OfOneApplication_AreAuditedButFillNothing()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal);
        var request = application.Sign(await application.GetTokenAsync()) with { Signature = "wrong", RequestId = "request-7" };
        async Task CallAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                Assert.IsType<SignatureInvalid>((await portal.Get<RequestSignatures>().VerifyAsync(request)).Error);
            }
        }

        long Entries() => portal.Database.Scalar<long>($"SELECT count(*) FROM audit_entries WHERE action='{AuditActions.CallRefused}'");
        await CallAsync(1);
        var row = Assert.Single(portal.Database.Rows($"SELECT outcome, actor_issuer, actor_subject, address, organization_number, detail FROM audit_entries WHERE action='{AuditActions.CallRefused}'"));
        Assert.Equal($$"""outcome=SignatureInvalid|actor_issuer=application|actor_subject={{application.AccessKey}}|address=192.0.2.9|organization_number=1|detail={"message":"The signature does not match the call.","requestId":"request-7"}""", row);

        await CallAsync(500);
        Assert.Equal(10, Entries());
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        await CallAsync(3);
        Assert.Equal(13, Entries());
    }

    private static List<KeyValuePair<string, string>> Pairs(string query) =>
        [.. query.Split('&').Select(pair => pair.Split('=')).Select(pair => KeyValuePair.Create(pair[0], pair[1]))];
}
