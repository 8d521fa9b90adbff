using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core;
using Portal.Core.Connections;

namespace E2E.Infrastructure;

/// <summary>A unit on site. It signs as the vendor's SDKs do and comes through the core's door, which every way in calls.</summary>
public sealed record Hardware(PortalFixture Portal, string ProductKey, string DeviceKey, string Secret)
{
    private const string Timestamp = "1795447138138";

    /// <param name="callsItself">A unit names itself by its own key, whatever key was set in it.</param>
    public async Task<Result<DeviceSession>> SignInAsync(string address = "192.0.2.77", string? callsItself = null)
    {
        var name = callsItself ?? DeviceKey;
        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"clientId{name}deviceKey{DeviceKey}productKey{ProductKey}timestamp{Timestamp}{Secret}")));
        return await Portal.Services.GetRequiredService<DeviceDoor>().SignInAsync(new DeviceConnect(
            $"{name}|securemode=2,signmethod=sha256,timestamp={Timestamp}|", $"{DeviceKey}&{ProductKey}", Encoding.ASCII.GetBytes(digest), address));
    }

    /// <summary>Tries until it has been refused so often.</summary>
    public async Task KnockAsync(int times, string address = "192.0.2.50", string? callsItself = null)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.IsType<DeviceRefused>((await SignInAsync(address, callsItself)).Error);
        }
    }

    public void Leave(DeviceSession session, SignOutReason reason = SignOutReason.ConnectionLost) =>
        Portal.Services.GetRequiredService<DeviceDoor>().SignOut(session, reason);
}
