using System.Net;
using System.Net.Sockets;
using Bench.Fleet;
using Bench.Goals;
using Bench.Measuring;

namespace Bench.PortalUnderTest;

/// <summary>The published portal with its door for devices open, on a copy of a fleet that may be written to.</summary>
internal sealed class PortalBroker : IAsyncDisposable
{
    private PortalBroker(ServerProcess server, string database, int port) =>
        (Server, Database, Door) = (server, database, new IPEndPoint(IPAddress.Loopback, port));

    public ServerProcess Server { get; }

    public string Database { get; }

    /// <summary>Where devices connect.</summary>
    public IPEndPoint Door { get; }

    /// <summary>Bytes of the database and its log on the disk.</summary>
    public long BytesOnDisk => new FileInfo(Database).Length + (new FileInfo(Database + "-wal") is { Exists: true } log ? log.Length : 0);

    /// <param name="database">A copy, e.g. of <see cref="Fleets.CopyWithKeys"/>.</param>
    /// <param name="port">Of the pages; devices connect to the next one.</param>
    /// <param name="more">Settings beside those that open the door.</param>
    public static async Task<PortalBroker> StartAsync(Setting setting, string database, int port, IReadOnlyDictionary<string, string>? more = null)
    {
        var settings = new Dictionary<string, string>(more ?? new Dictionary<string, string>())
        {
            ["Mqtt__Enabled"] = "true",
            ["Mqtt__ClearText"] = "true",
            ["Mqtt__Port"] = $"{port + 1}",
        };
        var server = await setting.Portal.StartAsync(database, port, PortalPages.Sample, settings);
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, port + 1);
            return new PortalBroker(server, database, port + 1);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
