using Microsoft.Extensions.Logging;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Persistence;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Unit.Support;

namespace Unit.Connections;

public sealed class DeviceDoorTests
{
    private const string Asset = "asset-1";

    [Fact]
    public async Task SignIn_NewHardware_TurnsTheReplacementConnectedAndClosesTheGrant()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-old");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var replaced = PortalCommands.Value(await portal.ReplaceAsync(olga, Asset, "key-new"));
        var hardware = await TestDevice.OfAsync(portal, Asset);

        var session = PortalCommands.Value(await portal.Get<DeviceDoor>().SignInAsync(hardware.Connect()));

        Assert.Equal((Asset, "key-new", 2, true), (session.AssetId, session.DeviceKey, session.CredentialVersion, session.IsLive));
        var asset = PortalCommands.Value(await portal.Get<AssetQueries>().GetAsync(olga, Asset));
        Assert.Equal((DeviceStatus.Online, ReplacementState.Connected, "192.0.2.7"), (asset.Status, asset.History[0].State, asset.History[0].ConnectedFrom));
        Assert.Equal(RevealCloseReason.Activated, Assert.IsType<RevealClosed>((await portal.Get<RevealService>().DisplayAsync(olga, replaced.RevealGrantId!.Value)).Error).Reason);

        portal.Get<DeviceDoor>().SignOut(session, SignOutReason.Closed);
        await portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal(DeviceStatus.Offline, (await portal.FindDeviceAsync(Asset)).Status);
    }

    [Fact]
    [Trait("Requirement", "R-24")]
    [Trait("Requirement", "R-25")]
    public async Task SignIn_WithTheOldUnit_IsRefusedAndIsAKnockOfIt()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-old");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var old = await TestDevice.OfAsync(portal, Asset);
        var captured = old.Connect();
        var door = portal.Get<DeviceDoor>();
        var session = PortalCommands.Value(await door.SignInAsync(captured));
        PortalCommands.Value(await portal.ReplaceAsync(olga, Asset, "key-new"));

        // Before the replacement was answered, whoever delivers events later.
        Assert.False(session.IsLive);
        Assert.Equal(SignOutReason.CredentialEnded, session.EndedBy);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(ConnectionCodes.SignCheckFailed, Refusal(await door.SignInAsync(captured)));
        }

        // The right key, with the old secret.
        Assert.Equal(ConnectionCodes.SignCheckFailed, Refusal(await door.SignInAsync((old with { DeviceKey = "key-new" }).Connect("192.0.2.8"))));

        await portal.Get<ConnectionLog>().FlushAsync();
        var connections = PortalCommands.Value(await portal.Get<ConnectionQueries>().ReadAsync(olga, Asset));
        Assert.Equal(
            [(KnockedBy.Present, "key-new", 1), (KnockedBy.OldUnit, "key-old", 3)],
            connections.Knocks.OrderBy(knock => knock.Tries).Select(knock => (knock.By, knock.DeviceKey, knock.Tries)));
        Assert.False(connections.IsConnected);
        Assert.Equal(2, connections.Lines.Count(line => line.Kind == ConnectionKind.Refused));
    }

    [Fact]
    public async Task SignIn_AnotherUnitWithTheKeyOfThisAsset_IsNamed()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        await portal.AddDeviceAsync("asset-2", "key-2");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var other = await TestDevice.OfAsync(portal, "asset-2");

        // It was given this asset's key, and still calls itself by its own.
        Assert.Equal(ConnectionCodes.SignCheckFailed, Refusal(await portal.Get<DeviceDoor>().SignInAsync((other with { DeviceKey = "key-1" }).Connect(clientId: "key-2"))));

        await portal.Get<ConnectionLog>().FlushAsync();
        var knock = Assert.Single(PortalCommands.Value(await portal.Get<ConnectionQueries>().KnocksAsync(olga, [Asset, "asset-2"])));
        Assert.Equal((Asset, KnockedBy.OtherUnit, "asset-2"), (knock.AssetId, knock.By, knock.OtherAssetId));
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("delete")]
    [InlineData("reissue")]
    [Trait("Requirement", "R-23")]
    public async Task Session_WhenItsCredentialEnds_IsOverBeforeTheCommandIsAnswered(string how)
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        var ada = await portal.SignInAsync(Role.Administrator);
        var device = await TestDevice.OfAsync(portal, Asset);
        var session = PortalCommands.Value(await portal.Get<DeviceDoor>().SignInAsync(device.Connect()));
        var ended = new List<SignOutReason>();
        portal.Get<DeviceSessions>().Ended += (_, reason) => ended.Add(reason);

        _ = how switch
        {
            "disable" => (object)PortalCommands.Value(await portal.Get<DeviceService>().DisableAsync(ada, AssetSelector.Asset(Asset))),
            "delete" => PortalCommands.Value(await portal.Get<DeviceService>().DeleteAsync(ada, AssetSelector.Asset(Asset))),
            _ => PortalCommands.Value(await portal.Get<ReplacementService>().ReissueAsync(ada, new ReissueSecretRequest(AssetSelector.Asset(Asset), ReplacementReason.Other))),
        };

        Assert.Equal([SignOutReason.CredentialEnded], ended);
        Assert.False(session.IsLive);
        Assert.Equal(how == "disable" ? ConnectionCodes.Disabled : ConnectionCodes.SignCheckFailed, Refusal(await portal.Get<DeviceDoor>().SignInAsync(device.Connect("192.0.2.9"))));
    }

    [Fact]
    [Trait("Requirement", "R-26")]
    public async Task SignIn_ManyWithAWrongSecret_AreThrottledAndTheDeviceKeepsItsSession()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        var door = portal.Get<DeviceDoor>();
        var device = await TestDevice.OfAsync(portal, Asset);
        var session = PortalCommands.Value(await door.SignInAsync(device.Connect()));
        var forged = (device with { Secret = "wrong" }).Connect("203.0.113.5");

        var codes = new List<int>();
        for (var i = 0; i < Scale.Of(500, 10_000); i++)
        {
            codes.Add(Refusal(await door.SignInAsync(forged)));
        }

        Assert.Equal([ConnectionCodes.SignCheckFailed, ConnectionCodes.SignCheckFailed, ConnectionCodes.SignCheckFailed, ConnectionCodes.SignCheckFailed], codes[..4]);
        Assert.All(codes[4..], code => Assert.Equal(ConnectionCodes.TooManyConnects, code));
        Assert.True(session.IsLive);

        // The device itself may come again: what others do in its name does not count against it.
        var again = PortalCommands.Value(await door.SignInAsync(device.Connect()));
        Assert.Equal((SignOutReason.TakenOver, true), (session.EndedBy, again.IsLive));
        await portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal(2L, portal.Database.Scalar<long>("SELECT count(*) FROM connection_log WHERE kind = 1"));
    }

    [Fact]
    public async Task SignIn_TooOften_IsRefusedForAWhile()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        var door = portal.Get<DeviceDoor>();
        var device = await TestDevice.OfAsync(portal, Asset);
        for (var i = 0; i < 4; i++)
        {
            PortalCommands.Value(await door.SignInAsync(device.Connect()));
        }

        Assert.Equal(ConnectionCodes.TooManyConnects, Refusal(await door.SignInAsync(device.Connect())));
        portal.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(ConnectionCodes.TooManyConnects, Refusal(await door.SignInAsync(device.Connect())));
        portal.Clock.Advance(TimeSpan.FromSeconds(2));

        // Four in two minutes are not too many, and nothing comes after them.
        for (var i = 0; i < 4; i++)
        {
            PortalCommands.Value(await door.SignInAsync(device.Connect()));
        }

        portal.Clock.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(1));
        PortalCommands.Value(await door.SignInAsync(device.Connect()));
    }

    [Theory]
    [InlineData("re-issued")]
    [InlineData("deleted and made again")]
    public async Task SignIn_OfAnotherSecret_IsNotKeptOutByHowOftenTheOneBeforeCame(string what)
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        var (door, olga, device) = (portal.Get<DeviceDoor>(), await portal.SignInAsync(Role.FullAccess), await TestDevice.OfAsync(portal, Asset));
        for (var i = 0; i < 4; i++)
        {
            PortalCommands.Value(await door.SignInAsync(device.Connect()));
        }

        Assert.Equal(ConnectionCodes.TooManyConnects, Refusal(await door.SignInAsync(device.Connect())));
        if (what == "re-issued")
        {
            PortalCommands.Value(await portal.Get<ReplacementService>().ReissueAsync(olga, new ReissueSecretRequest(AssetSelector.Asset(Asset), ReplacementReason.Other)));
        }
        else
        {
            PortalCommands.Value(await portal.Get<DeviceService>().DeleteAsync(olga, AssetSelector.Asset(Asset)));
            await portal.AddDeviceAsync(Asset, "key-1");
        }

        var renewed = await TestDevice.OfAsync(portal, Asset);
        for (var i = 0; i < 4; i++)
        {
            PortalCommands.Value(await door.SignInAsync(renewed.Connect()));
        }

        Assert.Equal(ConnectionCodes.TooManyConnects, Refusal(await door.SignInAsync(renewed.Connect())));
    }

    [Theory]
    [InlineData("the secret itself")]
    [InlineData("MD5")]
    [InlineData("SHA-1")]
    [InlineData("a bare client ID")]
    [InlineData("securemode 4")]
    public async Task SignIn_TheWrongWay_IsRefusedAndNoted(string way)
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-old");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var old = await TestDevice.OfAsync(portal, Asset);
        PortalCommands.Value(await portal.ReplaceAsync(olga, Asset, "key-1"));
        DeviceConnect Wrong(TestDevice device) => way switch
        {
            "the secret itself" => device.Connect() with { Password = System.Text.Encoding.ASCII.GetBytes(device.Secret) },
            "MD5" => device.Connect(method: "hmacmd5"),
            "SHA-1" => device.Connect(method: "hmacsha1"),
            "securemode 4" => device.Connect(mode: 4),
            _ => device.Connect() with { ClientId = device.DeviceKey },
        };

        Assert.Equal(ConnectionCodes.SignCheckFailed, Refusal(await portal.Get<DeviceDoor>().SignInAsync(Wrong(await TestDevice.OfAsync(portal, Asset)))));
        Assert.Equal(ConnectionCodes.SignCheckFailed, Refusal(await portal.Get<DeviceDoor>().SignInAsync(Wrong(old))));

        await portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal(
            [(KnockedBy.OldUnit, "key-old"), (KnockedBy.WrongWay, "key-1")],
            PortalCommands.Value(await portal.Get<ConnectionQueries>().KnocksAsync(olga, [Asset])).OrderBy(knock => knock.By).Select(knock => (knock.By, knock.DeviceKey)));
    }

    [Fact]
    [Trait("Requirement", "R-48")]
    public async Task SignIn_StoredSecretTampered_IsRefusedAndRaisesTheAlarm()
    {
        using var logs = new CapturedLogs();
        await using var portal = await TestPortal.CreateAsync(configure: logs.AddTo);
        await portal.AddDeviceAsync(Asset, "key-1", status: DeviceStatus.Inactive);
        await portal.AddDeviceAsync("asset-2", "key-2");
        var device = await TestDevice.OfAsync(portal, Asset);
        var other = await TestDevice.OfAsync(portal, "asset-2");
        portal.Database.Execute($"UPDATE devices SET credential_sealed = (SELECT credential_sealed FROM devices WHERE asset_id = 'asset-2') WHERE asset_id = '{Asset}'");

        // Neither with its own secret nor with the one that was put in its place.
        Assert.Equal(ConnectionCodes.Unavailable, Refusal(await portal.Get<DeviceDoor>().SignInAsync(device.Connect())));
        Assert.Equal(ConnectionCodes.Unavailable, Refusal(await portal.Get<DeviceDoor>().SignInAsync((device with { Secret = other.Secret }).Connect("192.0.2.8"))));

        Assert.Equal(DeviceStatus.Inactive, (await portal.FindDeviceAsync(Asset)).Status);
        Assert.Equal(2, logs.Lines.Count(line => line.Level == LogLevel.Critical && line.Text.Contains(Asset, StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Requirement", "R-23")]
    public async Task SignInBehind_AGatewayThatIsReplacedMeanwhile_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("gateway-1", "gate-1", productKey: "gates");
        await portal.AddDeviceAsync(Asset, "key-old");
        portal.Database.Execute("UPDATE products SET type = 1 WHERE product_key = 'gates'");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var door = portal.Get<DeviceDoor>();
        var gateway = PortalCommands.Value(await door.SignInAsync((await TestDevice.OfAsync(portal, "gateway-1")).Connect()));
        PortalCommands.Value(await portal.ReplaceAsync(olga, Asset, "key-1"));
        var device = await TestDevice.OfAsync(portal, Asset);

        // The writer is busy: the replacement of the gateway waits, and behind it the sign-in, for the same transaction.
        var gate = new TaskCompletionSource();
        var busy = portal.Get<IPortalDatabase>().WriteAsync(async _ =>
        {
            await gate.Task;
            return 0;
        });
        var replacing = portal.ReplaceAsync(olga, "gateway-1", "gate-new");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        var signingIn = door.SignInBehindAsync(gateway, device.Behind());
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(replacing.IsCompleted || signingIn.IsCompleted);
        gate.SetResult();
        await busy;

        PortalCommands.Value(await replacing);
        Assert.Equal(ConnectionCodes.NotBehindThisGateway, Refusal(await signingIn));
        await portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal(DeviceStatus.Inactive, (await portal.FindDeviceAsync(Asset)).Status);
        Assert.Equal(ReplacementState.AwaitingHardware, PortalCommands.Value(await portal.Get<AssetQueries>().GetAsync(olga, Asset)).History[0].State);
        Assert.Empty(gateway.SubDevices);
        Assert.Null(portal.Get<DeviceSessions>().Find((await portal.FindDeviceAsync(Asset)).Id));
    }

    [Fact]
    public async Task SignInBehind_OnceMore_TakesOverAndTellsWhatBecameOfTheOneBefore()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("gateway-1", "gate-1", productKey: "gates");
        await portal.AddDeviceAsync(Asset, "key-1");
        portal.Database.Execute("UPDATE products SET type = 1 WHERE product_key = 'gates'");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var (door, sessions) = (portal.Get<DeviceDoor>(), portal.Get<DeviceSessions>());
        var gateway = PortalCommands.Value(await door.SignInAsync((await TestDevice.OfAsync(portal, "gateway-1")).Connect()));
        var behind = (await TestDevice.OfAsync(portal, Asset)).Behind();

        var first = PortalCommands.Value(await door.SignInBehindAsync(gateway, behind));
        await portal.Get<ConnectionLog>().FlushAsync();
        var second = PortalCommands.Value(await door.SignInBehindAsync(gateway, behind));
        await portal.Get<ConnectionLog>().FlushAsync();

        Assert.Equal((SignOutReason.TakenOver, true), (first.EndedBy, second.IsLive));
        Assert.Same(second, Assert.Single(gateway.SubDevices));
        Assert.Equal(DeviceStatus.Online, (await portal.FindDeviceAsync(Asset)).Status);

        // Its secret is renewed: nobody but the gateway is connected, and still it is told.
        PortalCommands.Value(await portal.Get<ReplacementService>().ReissueAsync(olga, new ReissueSecretRequest(AssetSelector.Asset(Asset), ReplacementReason.Other)));
        await portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal(
            [(ConnectionKind.SignedOut, SignOutReason.CredentialEnded), (ConnectionKind.SignedIn, null), (ConnectionKind.SignedOut, SignOutReason.TakenOver), (ConnectionKind.SignedIn, null)],
            PortalCommands.Value(await portal.Get<ConnectionQueries>().ReadAsync(olga, Asset)).Lines.OrderByDescending(line => line.Id).Select(line => (line.Kind, line.SignOutReason)));
        Assert.Empty(gateway.SubDevices);
        Assert.Null(sessions.Find((await portal.FindDeviceAsync(Asset)).Id));
        Assert.Equal(1, sessions.Count);
    }

    [Fact]
    public async Task SignIn_Sha1_IsTakenOnlyWhereTheProductAllowsIt()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var device = await TestDevice.OfAsync(portal, Asset);

        Assert.Equal(ConnectionCodes.SignCheckFailed, Refusal(await portal.Get<DeviceDoor>().SignInAsync(device.Connect(method: "hmacsha1"))));
        await ConfigureAsync(portal, olga, device.ProductKey, allowsSha1: true);
        PortalCommands.Value(await portal.Get<DeviceDoor>().SignInAsync(device.Connect(method: "hmacsha1")));
        Assert.Equal(ConnectionCodes.SignCheckFailed, Refusal(await portal.Get<DeviceDoor>().SignInAsync(device.Connect(method: "md5"))));
    }

    [Fact]
    [Trait("Requirement", "R-27")]
    public async Task Activation_AfterAReplacement_IsClosedUnlessTheReplacementOpenedIt()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1", status: DeviceStatus.Inactive);
        var olga = await portal.SignInAsync(Role.FullAccess);
        var product = await ProductAsync(portal, olga, $"inverter-{TestPortal.Organization}");
        DeviceConnect Knock(string key, string from) => (product with { DeviceKey = key }).Connect(from, mode: 3);
        var door = portal.Get<DeviceDoor>();

        Assert.Equal(ConnectionCodes.ActivationNotAllowed, Refusal(await door.SignInAsync(Knock("key-1", "192.0.2.1"))));
        await ConfigureAsync(portal, olga, product.ProductKey, allowsActivation: true);
        PortalCommands.Value(await portal.ReplaceAsync(olga, Asset, "key-2"));
        Assert.Equal(ConnectionCodes.ActivationNotAllowed, Refusal(await door.SignInAsync(Knock("key-2", "192.0.2.2"))));

        var opened = PortalCommands.Value(await portal.Get<ReplacementService>().ReplaceAsync(olga, new ReplaceDeviceRequest(
            AssetSelector.Asset(Asset), "key-3", SecretDelivery.Reveal, ReplacementReason.Broken, AllowsActivation: true)));
        Assert.Equal(ConnectionCodes.SignCheckFailed, Refusal(await door.SignInAsync((product with { DeviceKey = "key-3", Secret = "wrong" }).Connect("192.0.2.3", mode: 3))));
        var session = PortalCommands.Value(await door.SignInAsync(Knock("key-3", "192.0.2.4")));

        Assert.True(session.IsActivation);
        Assert.Equal((await TestDevice.OfAsync(portal, Asset)).Secret, System.Text.Encoding.ASCII.GetString(session.IssuedSecret!.Reveal().Span));
        Assert.Equal(RevealCloseReason.Activated, Assert.IsType<RevealClosed>((await portal.Get<RevealService>().DisplayAsync(olga, opened.RevealGrantId!.Value)).Error).Reason);
        Assert.Equal(1L, portal.Database.Scalar<long>($"SELECT count(*) FROM audit_entries WHERE action = '{AuditActions.DeviceActivated}' AND outcome = 'ok'"));
        Assert.Equal(ConnectionCodes.AlreadyActivated, Refusal(await door.SignInAsync(Knock("key-3", "192.0.2.5"))));
    }

    [Fact]
    public async Task SignInBehind_OfTheGatewaysOrganization_GoesWithTheGateway()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("gateway-1", "gate-1", productKey: "gates");
        await portal.AddDeviceAsync("gateway-2", "gate-2", productKey: "gates");
        await portal.AddDeviceAsync(Asset, "key-1");
        await portal.AddDeviceAsync("asset-2", "key-2");
        await portal.AddDeviceAsync("foreign", "key-3", TestPortal.OtherOrganization);
        portal.Database.Execute("UPDATE products SET type = 1 WHERE product_key = 'gates'");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var door = portal.Get<DeviceDoor>();
        var gateway = PortalCommands.Value(await door.SignInAsync((await TestDevice.OfAsync(portal, "gateway-1")).Connect()));
        var device = await TestDevice.OfAsync(portal, Asset);

        var behind = PortalCommands.Value(await door.SignInBehindAsync(gateway, device.Behind()));
        var second = PortalCommands.Value(await door.SignInBehindAsync(gateway, (await TestDevice.OfAsync(portal, "asset-2")).Behind()));
        Assert.Same(behind, gateway.Find(device.ProductKey, device.DeviceKey));
        Assert.Equal(ConnectionCodes.SignCheckFailed, Refusal(await door.SignInBehindAsync(gateway, (device with { Secret = "wrong" }).Behind())));
        Assert.Equal(ConnectionCodes.NotBehindThisGateway, Refusal(await door.SignInBehindAsync(gateway, (await TestDevice.OfAsync(portal, "foreign")).Behind())));
        Assert.Equal(ConnectionCodes.GatewayMayNotBeBehindAnother, Refusal(await door.SignInBehindAsync(gateway, (await TestDevice.OfAsync(portal, "gateway-2")).Behind())));
        Assert.Equal(ConnectionCodes.NotBehindThisGateway, Refusal(await door.SignInBehindAsync(behind, device.Behind())));

        // A device behind it is replaced: it alone is out.
        PortalCommands.Value(await portal.ReplaceAsync(olga, Asset, "key-new"));
        Assert.Null(gateway.Find(device.ProductKey, device.DeviceKey));
        Assert.True(gateway.IsLive && second.IsLive);

        // The gateway is replaced: so is everything behind it, until the new one brings it back.
        PortalCommands.Value(await portal.ReplaceAsync(olga, "gateway-1", "gate-new"));
        Assert.False(gateway.IsLive || second.IsLive);
        door.SignOut(gateway, SignOutReason.ConnectionLost);
        await portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal(DeviceStatus.Offline, (await portal.FindDeviceAsync("asset-2")).Status);
        Assert.Equal(0, portal.Get<DeviceSessions>().Count);
    }

    private static int Refusal(Result<DeviceSession> result) => Assert.IsType<DeviceRefused>(result.Error).Code;

    private static async Task ConfigureAsync(TestPortal portal, Actor actor, string productKey, bool allowsSha1 = false, bool allowsActivation = false) =>
        PortalCommands.Value(await portal.Get<ProductSecretService>().ConfigureAsync(
            actor, new ConfigureProductRequest(TestPortal.Organization, productKey, allowsSha1, allowsActivation)));

    /// <summary>What a factory puts into every unit of a product: its key and secret.</summary>
    private static async Task<TestDevice> ProductAsync(TestPortal portal, Actor actor, string productKey)
    {
        var made = PortalCommands.Value(await portal.Get<ProductSecretService>().MakeAsync(actor, TestPortal.Organization, productKey));
        var secret = PortalCommands.Value(await portal.Get<RevealService>().DisplayAsync(actor, made.RevealGrantId));
        using (secret)
        {
            return new TestDevice(productKey, "", System.Text.Encoding.ASCII.GetString(secret.Bytes.Span));
        }
    }
}
