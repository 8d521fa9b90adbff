using Microsoft.EntityFrameworkCore;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Reveals;
using Portal.Core.Sessions;
using Unit.Support;

namespace Unit.Access;

public sealed class RevocationTests
{
    [Theory]
    [InlineData("disabled")]
    [InlineData("role taken away")]
    [InlineData("organization taken away")]
    [Trait("Requirement", "R-31")]
    public async Task Person_LosesTheirRight_NextCommandIsRefusedAndGrantsEnd(string how)
    {
        await using var portal = await TestPortal.CreateAsync();
        var admin = await portal.SignInAsync("admin", Role.Administrator);
        var tom = await portal.SignInAsync("tom", Role.Technician);
        var grantId = await portal.OpenGrantAsync(tom, "asset-1");
        Assert.NotNull((await portal.ReadSecretAsync(tom, grantId)).Secret);

        Error expected;
        switch (how)
        {
            case "disabled":
                var id = await portal.ReadAsync(db => db.Accounts.Where(account => account.Subject == "tom").Select(account => account.Id).SingleAsync());
                var changed = PortalCommands.Value(await portal.Get<AccountService>().DisableAsync(admin, id));
                Assert.Equal(new ChangedAccount(id, "tom", portal.Clock.GetUtcNow()), changed);
                expected = new NotSignedIn();
                break;
            case "role taken away":
                await portal.SignInAsync("tom", Role.Reader);
                expected = new AccessDenied(Right.Replace);
                break;
            default:
                await portal.SignInAsync("tom", Role.Technician, TestPortal.OtherOrganization);
                expected = new RevealNotFound(grantId);
                break;
        }

        Assert.Equal(expected, (await portal.DisplayAsync(tom, grantId)).Error);
        Assert.Equal([$"close_reason={(int)RevealCloseReason.Revoked}"], portal.Database.Rows("SELECT close_reason FROM reveal_grants"));
        Assert.Equal("asset-1-new", portal.Database.Scalar<string>("SELECT device_key FROM devices"));
        Assert.NotNull((await portal.ReplaceAsync(tom, "asset-1", "key-other")).Error);

        // What was taken back stays taken back, also when the right returns.
        portal.Database.Execute("UPDATE accounts SET disabled_at=NULL");
        var again = await portal.SignInAsync("tom", Role.Technician);
        Assert.Equal(new RevealClosed(grantId, RevealCloseReason.Revoked), (await portal.DisplayAsync(again, grantId)).Error);
    }

    [Fact]
    public async Task SignIn_WithTheSameRights_LeavesOpenGrantsAlone()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tom = await portal.SignInAsync("tom", Role.Technician);
        var grantId = await portal.OpenGrantAsync(tom, "asset-1");

        var elsewhere = await portal.SignInAsync("tom", Role.Technician);

        Assert.NotNull((await portal.ReadSecretAsync(elsewhere, grantId)).Secret);
        Assert.NotNull((await portal.ReadSecretAsync(tom, grantId)).Secret);
    }
}
