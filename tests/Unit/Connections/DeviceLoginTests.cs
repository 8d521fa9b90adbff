using System.Text;
using Portal.Core.Connections;

namespace Unit.Connections;

public sealed class DeviceLoginTests
{
    /// <summary>contract.md 6.1: recomputed, and equal to what vendors' clients put on the wire.</summary>
    [Theory]
    [InlineData("newKey-1", "newKey-1", "pk1", "1795447138138", "sha256", "SECRET1", "15CA8AC0717C3B659D0C79A051048C46FF9B7D22D42D1CE5E7CF63E6F3D825E8")]
    [InlineData("pk1.newKey-1", "newKey-1", "pk1", "2524608000000", "sha256", "SECRET1", "F0E8D63FEFDFD5B1E8DF536053D98563AE6272F1B7AA7CD7E6ADADE992E332BA")]
    [InlineData("newKey-1", "newKey-1", "pk1", "1795447139566.4844", "hmacsha256", "SECRET1", "50115774ea7ace0b82949c06f68111b89c93b3e07788751748fea27b37fb2503")]
    [InlineData("newKey-1", "newKey-1", "pk1", "1795447152466.3918", "hmacsha1", "SECRET1", "B3F91A01BCB1CC401E4E07862779A4D7C5662DB4")]
    [InlineData("123456", "test", "654321", "1548753362502", "SHA256", "abcdefg", "B99032D49C706F7B27B22AB5CD2DD3C56A31E1BCBBC83BA0A2A6BB3272FBB166")]
    public void IsSignedWith_VectorsOfTheContract_IsTrueForTheSecretAndNoOther(
        string clientId, string deviceKey, string productKey, string timestamp, string method, string secret, string password)
    {
        Assert.True(Read($"{clientId}|securemode=2,signmethod={method},timestamp={timestamp}|", $"{deviceKey}&{productKey}", password, out var login), "was not read");
        Assert.True(login.IsSignedWith(Encoding.ASCII.GetBytes(secret)));
        Assert.False(login.IsSignedWith(Encoding.ASCII.GetBytes(secret + "x")));
        Assert.False((login with { Timestamp = timestamp + "0" }).IsSignedWith(Encoding.ASCII.GetBytes(secret)));
    }

    [Fact]
    public void TryRead_SpacesUnknownPartsAndAnotherOrder_AreTaken()
    {
        Assert.True(Read("k{ip=1.2.3.4,version=2}|timestamp=1, signmethod=sha256, lan=C, securemode=3|", "a&b&pk", new string('0', 64), out var login));
        Assert.Equal(("k{ip=1.2.3.4,version=2}", "a&b", "pk", SecureMode.ProductSecret), (login.ClientId, login.DeviceKey, login.ProductKey, login.Mode));
    }

    [Theory]
    [InlineData("key", "k&p", null)]
    [InlineData("key|", "k&p", null)]
    [InlineData("", "k&p", null)]
    [InlineData("|||", "k&p", null)]
    [InlineData("key|securemode=2,signmethod=sha256,timestamp=1", "k&p", null)]
    [InlineData("key|signmethod=sha256,timestamp=1|", "k&p", null)]
    [InlineData("key|securemode=4,signmethod=sha256,timestamp=1|", "k&p", null)]
    [InlineData("key|securemode=2,signmethod=sha256|", "k&p", null)]
    [InlineData("key|securemode=2,timestamp=1|", "k&p", null)]
    [InlineData("key|securemode=2,signmethod=md5,timestamp=1|", "k&p", "00000000000000000000000000000000")]
    [InlineData("key|securemode=2,signmethod=hmacmd5,timestamp=1|", "k&p", "00000000000000000000000000000000")]
    [InlineData("key|securemode=2,signmethod=sha256,timestamp=1|", null, null)]
    [InlineData("key|securemode=2,signmethod=sha256,timestamp=1|", "", null)]
    [InlineData("key|securemode=2,signmethod=sha256,timestamp=1|", "kp", null)]
    [InlineData("key|securemode=2,signmethod=sha256,timestamp=1|", "&p", null)]
    [InlineData("key|securemode=2,signmethod=sha256,timestamp=1|", "k&", null)]
    [InlineData("key|securemode=2,signmethod=sha256,timestamp=1|", "k&p", "")]
    [InlineData("key|securemode=2,signmethod=sha256,timestamp=1|", "k&p", "00")]
    [InlineData("key|securemode=2,signmethod=sha256,timestamp=1|", "k&p", "zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("key|securemode=2,signmethod=sha256,timestamp=1|", "k&p", "000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("key|securemode=2,signmethod=sha1,timestamp=1|", "k&p", null)]
    public void TryRead_WhatIsNoSignIn_IsRefusedWithAReason(string clientId, string? userName, string? password)
    {
        Assert.False(DeviceLogin.TryRead(
            new DeviceConnect(clientId, userName, Encoding.ASCII.GetBytes(password ?? new string('0', 64)), null), out var login, out var fault));
        Assert.Null(login);
        Assert.NotEmpty(fault);
    }

    private static bool Read(string clientId, string userName, string password, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DeviceLogin? login) =>
        DeviceLogin.TryRead(new DeviceConnect(clientId, userName, Encoding.ASCII.GetBytes(password), null), out login, out _);
}
