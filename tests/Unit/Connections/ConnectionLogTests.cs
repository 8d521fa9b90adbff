using Portal.Core.Access;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Unit.Support;

namespace Unit.Connections;

public sealed class ConnectionLogTests
{
    private const string Asset = "asset-1";

    [Fact]
    public async Task SignOut_BeforeTheSignInIsInTheLog_IsToldInItsLine()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var device = await TestDevice.OfAsync(portal, Asset);
        var (door, log) = (portal.Get<DeviceDoor>(), portal.Get<ConnectionLog>());

        door.SignOut(PortalCommands.Value(await door.SignInAsync(device.Connect())), SignOutReason.KeepAlive);
        await log.FlushAsync();
        var stays = PortalCommands.Value(await door.SignInAsync(device.Connect()));
        await log.FlushAsync();
        door.SignOut(stays, SignOutReason.Closed);
        await log.FlushAsync();

        Assert.Equal(
            [(ConnectionKind.SignedOut, SignOutReason.Closed), (ConnectionKind.SignedIn, null), (ConnectionKind.SignedIn, SignOutReason.KeepAlive)],
            PortalCommands.Value(await portal.Get<ConnectionQueries>().ReadAsync(olga, Asset)).Lines.Select(line => (line.Kind, line.SignOutReason)));
    }

    [Fact]
    public async Task SignOut_ThatCannotBeWritten_IsWrittenLater()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        var (door, log) = (portal.Get<DeviceDoor>(), portal.Get<ConnectionLog>());
        var session = PortalCommands.Value(await door.SignInAsync((await TestDevice.OfAsync(portal, Asset)).Connect()));
        await log.FlushAsync();
        portal.Database.Execute("CREATE TRIGGER refuses BEFORE DELETE ON online_devices BEGIN SELECT RAISE(ABORT, 'no'); END");

        door.SignOut(session, SignOutReason.Closed);
        await log.FlushAsync();
        Assert.Equal(DeviceStatus.Online, (await portal.FindDeviceAsync(Asset)).Status);

        portal.Database.Execute("DROP TRIGGER refuses");
        await log.FlushAsync();
        Assert.Equal(DeviceStatus.Offline, (await portal.FindDeviceAsync(Asset)).Status);
    }

    [Fact]
    public async Task Knocks_OfThePresentCredential_DoNotCountThoseOfTheOneBefore()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var (door, log) = (portal.Get<DeviceDoor>(), portal.Get<ConnectionLog>());
        var wrong = (await TestDevice.OfAsync(portal, Asset) with { Secret = "wrong" }).Connect();
        for (var i = 0; i < 3; i++)
        {
            Assert.IsType<DeviceRefused>((await door.SignInAsync(wrong)).Error);
        }

        await log.FlushAsync();
        portal.Clock.Advance(TimeSpan.FromMinutes(10));
        PortalCommands.Value(await portal.Get<ReplacementService>().ReissueAsync(olga, new ReissueSecretRequest(AssetSelector.Asset(Asset), ReplacementReason.Other)));
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<DeviceRefused>((await door.SignInAsync(wrong)).Error);
        await log.FlushAsync();

        Assert.Equal(1, Assert.Single(PortalCommands.Value(await portal.Get<ConnectionQueries>().KnocksAsync(olga, [Asset]))).Tries);
    }

    [Fact]
    public async Task Log_OfManyRefusals_IsBounded()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        var device = await TestDevice.OfAsync(portal, Asset);
        for (var i = 0; i < 300; i++)
        {
            await portal.Get<DeviceDoor>().SignInAsync((device with { Secret = "wrong" }).Connect($"203.0.113.{i}"));
        }

        await portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal(ConnectionLog.MaxRefusals, (int)portal.Database.Scalar<long>("SELECT count(*) FROM connection_log"));
    }

    [Fact]
    public async Task Log_OfManyRefusals_StillTellsOfTheOldUnit()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-old");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var old = await TestDevice.OfAsync(portal, Asset);
        PortalCommands.Value(await portal.ReplaceAsync(olga, Asset, "key-1"));
        var device = await TestDevice.OfAsync(portal, Asset);
        Assert.IsType<DeviceRefused>((await portal.Get<DeviceDoor>().SignInAsync(old.Connect())).Error);
        for (var i = 0; i < 150; i++)
        {
            await portal.Get<DeviceDoor>().SignInAsync((device with { Secret = "wrong" }).Connect($"203.0.113.{i}"));
        }

        await portal.Get<ConnectionLog>().FlushAsync();
        Assert.Equal(["key=key-old"], portal.Database.Rows($"SELECT device_key AS key FROM connection_log WHERE knocked_by={(int)KnockedBy.OldUnit}"));
    }

    [Fact]
    [Trait("Requirement", "R-24")]
    public async Task Device_MadeAfterAnotherWasDeleted_HasNothingOfIt()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var session = PortalCommands.Value(await portal.Get<DeviceDoor>().SignInAsync((await TestDevice.OfAsync(portal, Asset)).Connect()));

        // Its sign-in and what became of it are not in the log yet when it is deleted.
        PortalCommands.Value(await portal.Get<DeviceService>().DeleteAsync(olga, AssetSelector.Asset(Asset)));
        await portal.AddDeviceAsync("asset-2", "key-2");
        portal.Get<DeviceDoor>().SignOut(session, SignOutReason.ConnectionLost);
        await portal.Get<ConnectionLog>().FlushAsync();

        var next = (await portal.FindDeviceAsync("asset-2")).Id;
        Assert.NotEqual(session.DeviceId, next);
        Assert.Equal(0, portal.Database.Scalar<long>($"SELECT count(*) FROM connection_log WHERE device_id={next}"));
    }

    [Fact]
    public async Task Start_AfterACrash_DevicesOfTheProcessBeforeAreOffline()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync(Asset, "key-1");
        await portal.AddDeviceAsync("asset-2", "key-2");
        PortalCommands.Value(await portal.Get<DeviceDoor>().SignInAsync((await TestDevice.OfAsync(portal, Asset)).Connect()));

        await using var after = portal.Restart();
        await after.Get<DeviceDoor>().SignOutLeftoversAsync();

        Assert.Equal(DeviceStatus.Offline, (await after.FindDeviceAsync(Asset)).Status);
        Assert.Equal(DeviceStatus.Online, (await after.FindDeviceAsync("asset-2")).Status);
        Assert.Equal(
            [$"kind={(int)ConnectionKind.SignedOut}|reason={(int)SignOutReason.Shutdown}|key=key-1"],
            after.Database.Rows("SELECT kind, sign_out_reason AS reason, device_key AS key FROM connection_log ORDER BY id DESC LIMIT 1"));

        // Who came before the second of two doors opened stays.
        PortalCommands.Value(await after.Get<DeviceDoor>().SignInAsync((await TestDevice.OfAsync(after, Asset)).Connect()));
        await after.Get<DeviceDoor>().SignOutLeftoversAsync();
        Assert.Equal(DeviceStatus.Online, (await after.FindDeviceAsync(Asset)).Status);
    }
}
