using System.Security.Cryptography;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Unit.Support;

namespace Unit.Applications;

/// <summary>Which public key an application's secrets are sealed with, and when that changes.</summary>
public sealed class ApplicationKeyTests
{
    private static readonly string s_first = TestApplication.Fingerprint(TestApplication.FirstKey);
    private static readonly string s_second = TestApplication.Fingerprint(TestApplication.SecondKey);

    [Fact]
    public async Task Register_FirstKey_IsUsedAtOnce()
    {
        await using var world = await KeyWorld.CreateAsync(hasKey: false);
        Assert.IsType<PublicKeyMissing>((await world.Application.ReplaceAsync("asset-1", "key-new", SecretDelivery.Encrypted)).Error);

        Assert.Equal(new RegisteredKey(s_first, 2048, IsCurrent: true), await world.RegisterAsync(TestApplication.FirstKey));

        Assert.Equal([(s_first, PublicKeyState.Current)], await world.KeysAsync());
        await world.AssertSealsWithAsync(TestApplication.FirstKey);
    }

    [Fact]
    public async Task Register_NextKey_WaitsUntilTheApplicationSaysItUsesIt()
    {
        await using var world = await KeyWorld.CreateAsync();

        Assert.False((await world.RegisterAsync(TestApplication.SecondKey)).IsCurrent);
        await world.AssertSealsWithAsync(TestApplication.FirstKey);
        Assert.Equal(new RegisteredKey(s_first, 2048, IsCurrent: true), PortalCommands.Value(await world.UseAsync(s_first)));
        await world.AssertSealsWithAsync(TestApplication.FirstKey);

        Assert.Equal(new RegisteredKey(s_second, 2048, IsCurrent: true), PortalCommands.Value(await world.UseAsync(s_second)));

        await world.AssertSealsWithAsync(TestApplication.SecondKey);
        Assert.Equal([(s_second, PublicKeyState.Current), (s_first, PublicKeyState.Retired)], await world.KeysAsync());
        Assert.IsType<PublicKeyMissing>((await world.UseAsync(s_first)).Error);
        Assert.IsType<PublicKeyMissing>((await world.UseAsync("")).Error);
        await world.AssertSealsWithAsync(TestApplication.SecondKey);
        Assert.Equal(1L, world.Portal.Database.Scalar<long>($"SELECT count(*) FROM audit_entries WHERE action='{AuditActions.PublicKeySwitched}' AND outcome='ok' AND actor_issuer='application'"));
    }

    [Fact]
    public async Task Register_NextKeyThatCutsAtOnce_EndsTheOldOne()
    {
        await using var world = await KeyWorld.CreateAsync();

        Assert.True((await world.RegisterAsync(TestApplication.SecondKey, cutsAtOnce: true)).IsCurrent);

        await world.AssertSealsWithAsync(TestApplication.SecondKey);
        Assert.Equal([(s_second, PublicKeyState.Current), (s_first, PublicKeyState.Retired)], await world.KeysAsync());

        // A key that was retired may come again.
        Assert.True((await world.RegisterAsync(TestApplication.FirstKey, cutsAtOnce: true)).IsCurrent);
        await world.AssertSealsWithAsync(TestApplication.FirstKey);
    }

    [Fact]
    public async Task Register_SameKeyAgain_ChangesNothing_UnlessItShallCut()
    {
        await using var world = await KeyWorld.CreateAsync();
        Assert.True((await world.RegisterAsync(TestApplication.FirstKey)).IsCurrent);
        await world.RegisterAsync(TestApplication.SecondKey);
        Assert.False((await world.RegisterAsync(TestApplication.SecondKey)).IsCurrent);
        Assert.Equal([(s_second, PublicKeyState.Pending), (s_first, PublicKeyState.Current)], await world.KeysAsync());

        Assert.True((await world.RegisterAsync(TestApplication.SecondKey, cutsAtOnce: true)).IsCurrent);
        Assert.Equal([(s_second, PublicKeyState.Current), (s_first, PublicKeyState.Retired)], await world.KeysAsync());
    }

    [Fact]
    public async Task Register_ThirdKey_TakesThePlaceOfTheOneThatWaits()
    {
        await using var world = await KeyWorld.CreateAsync();
        using var third = RSA.Create(2048);
        await world.RegisterAsync(TestApplication.SecondKey);
        await world.RegisterAsync(third);

        Assert.Equal([(TestApplication.Fingerprint(third), PublicKeyState.Pending), (s_second, PublicKeyState.Retired), (s_first, PublicKeyState.Current)], await world.KeysAsync());
        Assert.IsType<PublicKeyMissing>((await world.UseAsync(s_second)).Error);
    }

    [Fact]
    public async Task Switch_ByHand_UsesTheKeyThatWaits()
    {
        await using var world = await KeyWorld.CreateAsync();
        Assert.IsType<PublicKeyNotFound>((await world.Keys.SwitchKeyAsync(world.Ada, world.Application.AccessKey)).Error);
        await world.RegisterAsync(TestApplication.SecondKey);

        Assert.Equal(s_second, PortalCommands.Value(await world.Keys.SwitchKeyAsync(world.Ada, world.Application.AccessKey)).Fingerprint);
        await world.AssertSealsWithAsync(TestApplication.SecondKey);
    }

    [Fact]
    public async Task Remove_Key_LeavesTheOneThatWaits_OrNone()
    {
        await using var world = await KeyWorld.CreateAsync();
        await world.RegisterAsync(TestApplication.SecondKey);

        PortalCommands.Value(await world.Keys.RemoveKeyAsync(world.Ada, world.Application.AccessKey, s_first));
        await world.AssertSealsWithAsync(TestApplication.SecondKey);
        Assert.IsType<PublicKeyNotFound>((await world.Keys.RemoveKeyAsync(world.Ada, world.Application.AccessKey, s_first)).Error);

        PortalCommands.Value(await world.Keys.RemoveKeyAsync(world.Ada, world.Application.AccessKey, s_second));
        Assert.IsType<PublicKeyMissing>((await world.Application.ReplaceAsync("asset-1", "key-last", SecretDelivery.Encrypted)).Error);
        Assert.All(await world.KeysAsync(), key => Assert.Equal(PublicKeyState.Retired, key.State));
    }

    [Fact]
    public async Task Key_OfAnotherApplication_IsNotUsed()
    {
        await using var world = await KeyWorld.CreateAsync(hasKey: false);
        await TestApplication.CreateAsync(world.Portal);

        Assert.IsType<PublicKeyMissing>((await world.UseAsync(s_first)).Error);
        Assert.IsType<AccessDenied>((await world.Keys.UseKeyAsync(world.Ada, s_first)).Error);
    }

    [Fact]
    [Trait("Requirement", "R-51")]
    public async Task Register_PrivateKey_IsRefusedAndIsNowhereAfterwards()
    {
        await using var world = await KeyWorld.CreateAsync(hasKey: false);
        var text = TestApplication.FirstKey.ExportPkcs8PrivateKeyPem();

        var error = (await world.Keys.RegisterKeyAsync(world.Ada, new RegisterKeyRequest(world.Application.AccessKey, text, true))).Error;

        Assert.Equal(new PublicKeyInvalid(PublicKeyFault.PrivateKey), error);
        var trail = string.Join('\n', world.Portal.Database.Rows("SELECT * FROM audit_entries"));
        Assert.Contains($"outcome={nameof(PublicKeyInvalid)}", trail, StringComparison.Ordinal);
        foreach (var line in text.Split('\n').Where(line => line.Length > 20))
        {
            Assert.DoesNotContain(line, trail, StringComparison.Ordinal);
        }
    }

    private sealed record KeyWorld(TestPortal Portal, TestApplication Application, Actor Ada) : IAsyncDisposable
    {
        private int _keys;

        public ApplicationKeyService Keys => Portal.Get<ApplicationKeyService>();

        public static async Task<KeyWorld> CreateAsync(bool hasKey = true)
        {
            var portal = await TestPortal.CreateAsync();
            await portal.AddDeviceAsync("asset-1", "key-of-1");
            return new KeyWorld(portal, await TestApplication.CreateAsync(portal, hasKey: hasKey), await portal.SignInAsync("ada", Role.Administrator));
        }

        public async Task<RegisteredKey> RegisterAsync(RSA key, bool cutsAtOnce = false) => PortalCommands.Value(await Keys.RegisterKeyAsync(
            Ada, new RegisterKeyRequest(Application.AccessKey, key.ExportSubjectPublicKeyInfoPem(), cutsAtOnce)));

        public Task<Result<RegisteredKey>> UseAsync(string fingerprint) => Keys.UseKeyAsync(Application.Actor, fingerprint);

        public async Task<(string, PublicKeyState State)[]> KeysAsync() => [.. PortalCommands.Value(
            await Portal.Get<ApplicationQueries>().ListAsync(Ada, TestPortal.Organization)).Single().Keys.Select(key => (key.Fingerprint, key.State))];

        public async Task AssertSealsWithAsync(RSA key)
        {
            var replaced = PortalCommands.Value(await Application.ReplaceAsync("asset-1", $"key-number-{_keys++}", SecretDelivery.Encrypted));
            Assert.Equal(32, TestApplication.Decrypt(replaced.Secret!, key).Length);
        }

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }
}
