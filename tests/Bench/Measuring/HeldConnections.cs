using System.Net;

namespace Bench.Measuring;

/// <summary>Devices that sign in and stay.</summary>
internal sealed class HeldConnections : IDisposable
{
    private const int OpeningAtOnce = 64;

    private readonly MqttSocket[] _sockets;

    private HeldConnections(MqttSocket[] sockets) => _sockets = sockets;

    public int Count => _sockets.Length;

    public static async Task<HeldConnections> OpenAsync(IPEndPoint door, IReadOnlyList<MqttLogin> logins, ushort keepAliveInSeconds)
    {
        var sockets = new MqttSocket[logins.Count];
        await Crowd.RunAsync(OpeningAtOnce, logins.Count, null, number =>
        {
            sockets[number] = new MqttSocket(door, bufferSize: 16);
            var code = sockets[number].SignIn(logins[number].ToConnect(keepAliveInSeconds));
            if (code != MqttSocket.Accepted)
            {
                throw new InvalidOperationException($"A device at {door} was answered {code}.");
            }
        });
        return new HeldConnections(sockets);
    }

    /// <summary>Each sends its keep-alive.</summary>
    /// <returns>How many were answered.</returns>
    public int Ping()
    {
        foreach (var socket in _sockets)
        {
            socket.Ping();
        }

        return _sockets.Count(socket => socket.IsAnswered());
    }

    public void SignOut()
    {
        foreach (var socket in _sockets)
        {
            socket.SignOut();
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }
}
