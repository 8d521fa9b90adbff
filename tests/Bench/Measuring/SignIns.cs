using System.Net;

namespace Bench.Measuring;

/// <summary>Devices that sign in at a broker, many at once, each on a connection of its own that ends with it.</summary>
/// <param name="server">Whose processor time is looked at; none where that says nothing.</param>
internal sealed class SignIns(ServerProcess? server, IPEndPoint door, bool areAccepted, IReadOnlyList<MqttLogin> logins)
{
    private const int AtOnce = 64;

    /// <summary>What a server puts off (the portal writes who left after two seconds) it does now and at its own cost, not in the other's turn.</summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(3.5);

    private readonly byte[][] _connects = [.. logins.Select(login => login.ToConnect())];
    private double _seconds;
    private double _cpuMilliseconds;
    private int _next;

    public Samples Times { get; } = new();

    public double PerSecond => Times.Count / _seconds;

    public double CpuMicroseconds => _cpuMilliseconds * 1000 / Times.Count;

    public async Task RunAsync(int count, bool counted)
    {
        var (times, cpu, first) = (new Samples(), server?.CpuMilliseconds ?? 0, _next);
        var seconds = await Crowd.RunAsync(AtOnce, count, times, number => Once(_connects[(first + number) % _connects.Length]));
        await Task.Delay(s_rest);
        _next += count;
        if (counted)
        {
            Times.Add(times);
            _seconds += seconds;
            _cpuMilliseconds += (server?.CpuMilliseconds ?? 0) - cpu;
        }
    }

    /// <summary>Goes on, uncounted, until somebody has seen enough.</summary>
    public Task RunUntilAsync(CancellationToken over) => Crowd.RunAsync(AtOnce, int.MaxValue, null, number => Once(_connects[number % _connects.Length]), over);

    private void Once(byte[] connect)
    {
        using var socket = new MqttSocket(door);
        var code = socket.SignIn(connect);
        if (code == MqttSocket.Accepted != areAccepted)
        {
            throw new InvalidOperationException($"A device at {door} was answered {code}.");
        }

        if (areAccepted)
        {
            socket.SignOut();
        }
    }
}
