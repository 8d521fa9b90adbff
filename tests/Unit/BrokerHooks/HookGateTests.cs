using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Portal.BrokerHooks;
using Portal.Core.Connections;

namespace Unit.BrokerHooks;

public sealed class HookGateTests
{
    [Theory]
    [InlineData("127.0.0.1", "http", null)]
    [InlineData("::1", "http", null)]
    [InlineData("::ffff:127.0.0.1", "http", null)]
    [InlineData("10.1.2.3", "https", 404)]
    [InlineData("10.1.2.3", "https", null, "10.1.0.0/16")]
    [InlineData("::ffff:10.1.2.3", "https", null, "10.1.0.0/16")]
    [InlineData("10.1.2.3", "http", 403, "10.1.0.0/16")]
    [InlineData("10.2.2.3", "https", 404, "10.1.0.0/16")]
    [InlineData("127.0.0.1", "http", null, "10.1.0.0/16")]
    public void Gate_ByNetwork_IsOpenToBrokersOnly(string from, string scheme, int? refusal, params string[] networks) =>
        Assert.Equal(refusal, Gate(networks).Refusal(Request(from, scheme)));

    [Fact]
    public void Gate_SomebodyBehindAProxyOnThisMachine_IsNotThisMachine()
    {
        var context = Request("127.0.0.1", "http");
        context.Request.Headers["X-Forwarded-For"] = "203.0.113.9";

        Assert.Equal(404, Gate().Refusal(context));
    }

    [Theory]
    [InlineData("http://host:15672/api/connections/username/{username}", true)]
    [InlineData("https://host/api/v5/clients/{clientid}", true)]
    [InlineData("http://host/api/connections", false)]
    [InlineData("ftp://host/{username}", false)]
    [InlineData("{username}", false)]
    public void KickUrl_IsAnAddressThatNamesTheConnection(string url, bool isValid) =>
        Assert.Equal(isValid, !new HookOptions { KickUrl = url }.Validate(new(new object())).Any());

    private static HookGate Gate(params string[] networks)
    {
        var options = new HookOptions();
        foreach (var network in networks)
        {
            options.HookNetworks.Add(network);
        }

        return new HookGate(
            Options.Create(new ConnectionOptions { HookSecret = HookWorld.Secret }), Options.Create(options),
            new HostingEnvironment { EnvironmentName = Environments.Production }, TimeProvider.System, NullLogger<HookGate>.Instance);
    }

    private static DefaultHttpContext Request(string from, string scheme)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(from);
        context.Request.Scheme = scheme;
        context.Request.Headers[HookGate.Header] = HookWorld.Secret;
        return context;
    }
}
