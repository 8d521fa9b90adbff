using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Bench.Measuring;

/// <summary>A server of this run: started, watched (CPU, memory) and ended by its handle.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private readonly Process _process;
    private readonly StreamWriter _log;

    private ServerProcess(Process process, StreamWriter log, Uri address) => (_process, _log, Address) = (process, log, address);

    public Uri Address { get; }

    /// <summary>Processor time used so far by the server, both cores.</summary>
    public double CpuMilliseconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalMilliseconds;
        }
    }

    public double ResidentKiB
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024.0;
        }
    }

    /// <summary>Bytes that the server has had written to disks so far. Linux only.</summary>
    public long BytesWritten => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/io").First(line => line.StartsWith("write_bytes", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>Starts a program and returns when <paramref name="probe"/> is answered, whatever the answer.</summary>
    /// <param name="address">Of scheme <c>http</c>, or of another one: then it is enough that the port takes a connection.</param>
    public static async Task<ServerProcess> StartAsync(
        string log, Uri address, string probe, string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null, string? workingFolder = null)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder ?? "",
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        var writer = new StreamWriter(log) { AutoFlush = true };
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Write(writer, line.Data);
        process.ErrorDataReceived += (_, line) => Write(writer, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, writer, address);
        await server.WaitAsync(new Uri(address, probe), log);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        lock (_log)
        {
            _log.Dispose();
        }
    }

    private static void Write(StreamWriter writer, string? line)
    {
        lock (writer)
        {
            if (line is not null && writer.BaseStream is { CanWrite: true })
            {
                writer.WriteLine(line);
            }
        }
    }

    private async Task WaitAsync(Uri probe, string log)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await TryAsync(probe);
                return;
            }
            catch (Exception exception) when ((exception is HttpRequestException or SocketException) && !_process.HasExited && waited.Elapsed < TimeSpan.FromSeconds(120))
            {
                await Task.Delay(5);
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException)
            {
                await DisposeAsync();
                throw new InvalidOperationException($"The server at {probe} did not start; see {log}.");
            }
        }
    }

    private static async Task TryAsync(Uri probe)
    {
        if (probe.Scheme == Uri.UriSchemeHttp)
        {
            using var answer = await s_http.GetAsync(probe);
            return;
        }

        using var socket = new TcpClient();
        await socket.ConnectAsync(probe.Host, probe.Port);
    }
}
