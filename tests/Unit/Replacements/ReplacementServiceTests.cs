using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.AuditReview;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Unit.Support;

namespace Unit.Replacements;

public sealed class ReplacementServiceTests
{
    [Fact]
    public async Task Replace_FreeKey_GivesNewKeyAndASecretToItsMakerOnce()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "logger-old");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var replacements = portal.Services.GetRequiredService<ReplacementService>();
        var reveals = portal.Services.GetRequiredService<RevealService>();

        var replaced = await replacements.ReplaceAsync(
            olga, new ReplaceDeviceRequest(AssetSelector.Asset("asset-1"), "logger-new", SecretDelivery.Reveal, ReplacementReason.Broken, OperationId: "op-1"));

        Assert.Null(replaced.Error);
        using (var secret = (await reveals.DisplayAsync(olga, replaced.Value!.RevealGrantId!.Value)).Value!)
        {
            Assert.Matches("^[2-9A-HJ-NP-Za-km-z]{32}$", System.Text.Encoding.ASCII.GetString(secret.Bytes.Span));
        }

        Assert.Null((await reveals.AcknowledgeAsync(olga, replaced.Value.RevealGrantId.Value)).Error);
        Assert.Equal(
            new RevealClosed(replaced.Value.RevealGrantId.Value, RevealCloseReason.Acknowledged),
            (await reveals.DisplayAsync(olga, replaced.Value.RevealGrantId.Value)).Error);

        var again = await replacements.ReplaceAsync(
            olga, new ReplaceDeviceRequest(AssetSelector.Asset("asset-1"), "logger-new", SecretDelivery.Reveal, ReplacementReason.Broken, OperationId: "op-1"));
        Assert.Equal(replaced.Value, again.Value);

        var asset = (await portal.Services.GetRequiredService<AssetQueries>().GetAsync(olga, "asset-1")).Value!;
        Assert.Equal("logger-new", asset.DeviceKey);
        Assert.Equal(SecretConfirmation.Confirmed, Assert.Single(asset.History).Secret);
        Assert.Null((await portal.Services.GetRequiredService<SignInService>().RecordSignInAsync(
            new DeviceSignIn(asset.ProductKey, "logger-new", 2, "192.0.2.7"))).Error);
        Assert.Equal(
            new AuditVerification(new AuditHead(0, ""), AuditFault.None, null).Fault,
            (await portal.Services.GetRequiredService<AuditVerifier>().VerifyOfflineAsync([])).Fault);
    }

    [Fact]
    public async Task Replace_KeyOfAnotherDevice_ReturnsDeviceKeyInUseAndChangesNothing()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1");
        await portal.AddDeviceAsync("asset-2", "key-2");
        var olga = await portal.SignInAsync(Role.FullAccess);

        var replaced = await portal.Services.GetRequiredService<ReplacementService>().ReplaceAsync(
            olga, new ReplaceDeviceRequest(AssetSelector.Asset("asset-1"), "key-2", SecretDelivery.Reveal, ReplacementReason.Broken));

        Assert.Equal(new DeviceKeyInUse("key-2"), replaced.Error);
        Assert.Equal("key-1", portal.Database.Scalar<string>("SELECT device_key FROM devices WHERE asset_id='asset-1'"));
        Assert.Equal(0L, portal.Database.Scalar<long>("SELECT count(*) FROM replacements"));
        Assert.Equal("DeviceKeyInUse", portal.Database.Scalar<string>("SELECT outcome FROM audit_entries ORDER BY sequence DESC LIMIT 1"));
    }
}
