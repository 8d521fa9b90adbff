using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Unit.Support;

namespace Unit.Applications;

/// <summary>A signed call is good once, also for somebody who captured it and finds the portal started anew.</summary>
public sealed class SpentCallTests
{
    public static TheoryData<string> Commands => [.. s_commands.Keys];

    /// <summary>Each does the same to asset-1, and is asked to do it under an operation ID of the caller's choice where it takes one.</summary>
    private static readonly Dictionary<string, Func<TestPortal, Actor, string, Task<Error?>>> s_commands = new()
    {
        ["replace"] = async (portal, actor, id) => (await portal.Get<ReplacementService>().ReplaceAsync(actor, new ReplaceDeviceRequest(
            AssetSelector.Asset("asset-1"), "key-new", SecretDelivery.None, ReplacementReason.Other, OperationId: id))).Error,
        ["create"] = async (portal, actor, id) => (await portal.Get<DeviceService>().CreateAsync(actor, new CreateDeviceRequest(
            TestPortal.Organization, $"inverter-{TestPortal.Organization}", "Logger", "+01:00", Delivery: SecretDelivery.None, OperationId: id))).Error,
        ["update"] = async (portal, actor, _) => (await portal.Get<DeviceUpdateService>().UpdateAsync(
            actor, new UpdateDeviceRequest(AssetSelector.Asset("asset-1"), IsPatch: true) { Description = "new" })).Error,
        ["disable"] = async (portal, actor, _) => (await portal.Get<DeviceService>().DisableAsync(actor, AssetSelector.Asset("asset-1"))).Error,
        ["delete"] = async (portal, actor, _) => (await portal.Get<DeviceService>().DeleteAsync(actor, AssetSelector.Asset("asset-1"))).Error,
        ["create product"] = async (portal, actor, id) => (await portal.Get<ProductService>().CreateAsync(
            actor, new CreateProductRequest(TestPortal.Organization, "Loggers", "Logger", OperationId: id))).Error,
        ["update product"] = async (portal, actor, _) => (await portal.Get<ProductService>().UpdateAsync(
            actor, new UpdateProductRequest(TestPortal.Organization, $"inverter-{TestPortal.Organization}", IsPatch: true, Name: "Renamed"))).Error,
        ["read secrets"] = async (portal, actor, _) => (await portal.Get<ApplicationSecrets>().SealAsync(actor, ["asset-1"])).Error,
        ["read a secret in clear text"] = async (portal, actor, _) =>
        {
            var opened = await portal.Get<ApplicationSecrets>().OpenAsync(actor, ["asset-1"]);
            opened.Value?.Values.ToList().ForEach(told => told.Secret.Dispose());
            return opened.Error;
        },
    };

    [Theory]
    [Trait("Requirement", "R-20")]
    [MemberData(nameof(Commands))]
    public async Task Captured_SentAgainAfterARestart_IsRefusedAndChangesNothing(string name)
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await PrepareAsync(portal);
        var captured = application.Sign(await application.GetTokenAsync());
        Assert.Null(await s_commands[name](portal, await VerifyAsync(portal, captured), "key:of-the-caller"));
        var after = portal.Database.Snapshot("audit_entries", "audit_heads");

        await using var restarted = portal.Restart();
        var error = await s_commands[name](restarted, await VerifyAsync(restarted, captured), "key:of-the-thief");

        Assert.IsType<CallRepeated>(error);
        Assert.Equal(after, portal.Database.Snapshot("audit_entries", "audit_heads"));
        Assert.Null(await s_commands["create product"](restarted, await VerifyAsync(restarted, application.Sign(await application.GetTokenAsync())), "key:another"));
    }

    [Fact]
    public async Task Captured_WasRefused_IsNotCarriedOutLater()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await PrepareAsync(portal);
        var enabled = application.Sign(await application.GetTokenAsync());
        async Task<Error?> EnableAsync(TestPortal by) =>
            (await by.Get<DeviceService>().EnableAsync(await VerifyAsync(by, enabled), AssetSelector.Asset("asset-1"))).Error;
        Assert.IsType<DeviceStatusInvalid>(await EnableAsync(portal));
        Assert.Null(await s_commands["disable"](portal, application.Actor, ""));

        await using var restarted = portal.Restart();

        Assert.IsType<CallRepeated>(await EnableAsync(restarted));
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task Call_IsItsOwnOperationId_IsToldAgainAndCostsOneRow()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await PrepareAsync(portal);
        var request = application.Sign(await application.GetTokenAsync());
        var first = await VerifyAsync(portal, request);
        Assert.Null(await s_commands["replace"](portal, first, first.CallId!));

        await using var restarted = portal.Restart();
        var again = await VerifyAsync(restarted, request);

        Assert.Null(await s_commands["replace"](restarted, again, again.CallId!));
        Assert.Equal(1, portal.Database.Scalar<long>("SELECT count(*) FROM replacements"));
        Assert.Equal(1, portal.Database.Scalar<long>("SELECT count(*) FROM operations WHERE operation_id LIKE 'sig:%'"));
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task Captured_SentAgain_IsToldAgainUnderItsOwnKeyAndUnderNoOtherThatIsKnown()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await PrepareAsync(portal);
        var token = await application.GetTokenAsync();
        var captured = application.Sign(token);
        Assert.Null(await s_commands["create product"](portal, await VerifyAsync(portal, captured), "key:one"));
        Assert.Null(await s_commands["create product"](portal, await VerifyAsync(portal, application.Sign(token)), "key:two"));

        Assert.Null(await s_commands["create product"](portal, await VerifyAsync(portal, captured), "key:one"));
        Assert.IsType<CallRepeated>(await s_commands["create product"](portal, await VerifyAsync(portal, captured), "key:two"));
        Assert.Equal(2, portal.Database.Scalar<long>("SELECT count(*) FROM products WHERE name='Loggers'"));
    }

    private static async Task<TestApplication> PrepareAsync(TestPortal portal)
    {
        await portal.AddDeviceAsync("asset-1", "key-1");
        return await TestApplication.CreateAsync(portal, allowsClearText: true);
    }

    private static async Task<Actor> VerifyAsync(TestPortal portal, SignedRequest request)
    {
        portal.Clock.Advance(TimeSpan.FromMilliseconds(1));
        return PortalCommands.Value(await portal.Get<RequestSignatures>().VerifyAsync(request, mayRepeat: true)).Actor;
    }
}
