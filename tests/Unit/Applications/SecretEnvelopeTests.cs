using System.Security.Cryptography;
using System.Text;
using Portal.Core.Applications;
using Portal.Core.Secrets;
using Unit.Support;

namespace Unit.Applications;

/// <summary>What an application's program has to do to read a secret: section 3 of the contract, the portal's own definition.</summary>
public sealed class SecretEnvelopeTests
{
    [Fact]
    [Trait("Requirement", "R-51")]
    public void Seal_OpensWithThePrivateKeyAsTheContractSays()
    {
        using var secret = DeviceSecret.Generate();
        var key = PortalCommands.Value(RsaPublicKey.Parse(TestApplication.FirstKey.ExportSubjectPublicKeyInfoPem()));

        var sealedSecret = SecretEnvelope.Seal(secret, key);

        Assert.Equal(Encoding.ASCII.GetString(secret.Reveal().Span), TestApplication.Decrypt(sealedSecret, TestApplication.FirstKey));
        Assert.ThrowsAny<CryptographicException>(() => TestApplication.Decrypt(sealedSecret, TestApplication.SecondKey));
    }

    [Fact]
    public void Seal_Twice_SharesNothing()
    {
        using var secret = DeviceSecret.Generate();
        var key = PortalCommands.Value(RsaPublicKey.Parse(TestApplication.FirstKey.ExportSubjectPublicKeyInfoPem()));

        var (first, second) = (SecretEnvelope.Seal(secret, key), SecretEnvelope.Seal(secret, key));

        Assert.NotEqual(first.DeviceSecret, second.DeviceSecret);
        Assert.NotEqual(first.SessionKey, second.SessionKey);
        Assert.NotEqual(Convert.FromBase64String(first.DeviceSecret)[..12], Convert.FromBase64String(second.DeviceSecret)[..12]);
    }

    [Fact]
    public async Task Seal_ByManyAtOnceWithOneKey_GivesEachItsOwn()
    {
        var key = PortalCommands.Value(RsaPublicKey.Parse(TestApplication.FirstKey.ExportSubjectPublicKeyInfoPem()));
        await Parallel.ForAsync(0, 200, (_, _) =>
        {
            using var secret = DeviceSecret.Generate();
            Assert.Equal(Encoding.ASCII.GetString(secret.Reveal().Span), TestApplication.Decrypt(SecretEnvelope.Seal(secret, key), TestApplication.FirstKey));
            return ValueTask.CompletedTask;
        });
    }
}
