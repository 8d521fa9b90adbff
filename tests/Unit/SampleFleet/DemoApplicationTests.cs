using System.Security.Cryptography;
using System.Text;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Persistence;
using Portal.Core.SampleFleet;
using Unit.Support;

namespace Unit.SampleFleet;

public sealed class DemoApplicationTests
{
    [Fact]
    public async Task Seed_MakesAnApplicationThatCanCall_AndTheSameOneAtEveryStart()
    {
        await using var portal = await TestPortal.CreateAsync();
        await SampleOrganizations.CreateMissingAsync(portal.Get<IPortalDatabase>());
        var file = Path.Combine(portal.Database.Folder, "keys", "demo-application.pem");

        var keys = PortalCommands.Value(await portal.Get<DemoApplication>().SeedAsync(file));
        var (secret, pem, entries) = (SecretOf(portal, keys), await File.ReadAllTextAsync(file), portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries"));

        var application = new TestApplication(portal, keys.AccessKey, secret!);
        var call = PortalCommands.Value(await portal.Get<RequestSignatures>().VerifyAsync(application.Sign(await application.GetTokenAsync())));
        var access = PortalCommands.Value(await portal.Get<AccessRules>().GetAsync(call.Actor));
        Assert.Equal((Right.Read | Right.Replace | Right.ManageDevices, SampleOrganizations.Westerly.OrganizationId), (access.Rights, keys.OrganizationId));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", pem, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        await using var restarted = portal.Restart();
        Assert.Equal(keys, PortalCommands.Value(await restarted.Get<DemoApplication>().SeedAsync(file)));
        Assert.Equal((secret, pem), (SecretOf(restarted, keys), await File.ReadAllTextAsync(file)));
        Assert.Equal(entries + 1, portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries"));
    }

    [Fact]
    public async Task Seed_WithItsFileLost_MakesANewPairAndUsesIt()
    {
        await using var portal = await TestPortal.CreateAsync();
        await SampleOrganizations.CreateMissingAsync(portal.Get<IPortalDatabase>());
        var file = Path.Combine(portal.Database.Folder, "demo-application.pem");
        var keys = PortalCommands.Value(await portal.Get<DemoApplication>().SeedAsync(file));
        File.Delete(file);

        Assert.Equal(keys.AccessKey, PortalCommands.Value(await portal.Get<DemoApplication>().SeedAsync(file)).AccessKey);

        using var rsa = RSA.Create();
        rsa.ImportFromPem(await File.ReadAllTextAsync(file));
        Assert.Equal(3072, rsa.KeySize);
        Assert.Equal([$"fingerprint={TestApplication.Fingerprint(rsa)}"], portal.Database.Rows("SELECT fingerprint FROM application_public_keys WHERE state=0"));
    }

    [Fact]
    public async Task SecretKey_OfADisabledOrAnotherApplication_IsNotOpened()
    {
        await using var portal = await TestPortal.CreateAsync();
        await SampleOrganizations.CreateMissingAsync(portal.Get<IPortalDatabase>());
        var keys = PortalCommands.Value(await portal.Get<DemoApplication>().SeedAsync(Path.Combine(portal.Database.Folder, "demo-application.pem")));
        var other = await TestApplication.CreateAsync(portal);

        Assert.Null(portal.Get<DemoApplication>().OpenSecretKey(keys with { AccessKey = other.AccessKey }));
        portal.Database.Execute($"UPDATE applications SET disabled_at=1 WHERE access_key='{keys.AccessKey}'");
        Assert.Null(portal.Get<DemoApplication>().OpenSecretKey(keys));
    }

    private static string? SecretOf(TestPortal portal, DemoApplicationKeys keys)
    {
        using var secret = portal.Get<DemoApplication>().OpenSecretKey(keys);
        return secret is null ? null : Encoding.ASCII.GetString(secret.Reveal().Span);
    }
}
