using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Unit.Support;

/// <summary>A RabbitMQ of its own, with its MQTT plugin: on this machine only, with its own files and ports, gone when it is disposed. tests/Bench has it too.</summary>
internal sealed class RabbitMq : IAsyncDisposable
{
    private const string Installed = "/usr/lib/rabbitmq/lib";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portal-rabbitmq-");
    private readonly List<Process> _processes = [];
    private readonly List<string> _log = [];

    /// <summary>Where Debian's package puts it; nothing where it is not installed.</summary>
    public static string? Server { get; } = Directory.Exists(Installed)
        ? Directory.GetDirectories(Installed).Select(folder => Path.Combine(folder, "sbin", "rabbitmq-server")).FirstOrDefault(File.Exists)
        : null;

    public int MqttPort { get; } = FreePort();

    public int ManagementPort { get; } = FreePort();

    /// <summary>What it wrote so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Starts it; a user <c>guest</c> with the password <c>guest</c> is there.</summary>
    /// <param name="settings">More lines of its configuration.</param>
    /// <param name="plugins">More than those for MQTT and management.</param>
    public async Task StartAsync(string settings = "", params string[] plugins)
    {
        Write("rabbitmq.conf", $"""
            listeners.tcp = none
            mqtt.listeners.tcp.1 = 127.0.0.1:{MqttPort}
            mqtt.allow_anonymous = false
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {ManagementPort}
            log.console = true
            log.file = false
            {settings}
            """);
        Write("enabled_plugins", $"[{string.Join(',', [.. plugins, "rabbitmq_mqtt", "rabbitmq_management"])}].");
        Write("rabbitmq-env.conf", "");

        // Erlang's register of names: started here, since RabbitMQ would leave one behind.
        var namesPort = FreePort();
        Start("epmd", ["-port", $"{namesPort}", "-address", "127.0.0.1"], []);
        Start(Server!, [], new()
        {
            ["HOME"] = _folder.FullName,
            ["ERL_EPMD_PORT"] = $"{namesPort}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_CRASH_DUMP"] = Path.Combine(_folder.FullName, "crash.dump"),
            ["RABBITMQ_NODENAME"] = $"portal-test-{MqttPort}@localhost",
            ["RABBITMQ_DIST_PORT"] = $"{FreePort()}",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder.FullName, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder.FullName, "log"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder.FullName, "rabbitmq.conf"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_folder.FullName, "rabbitmq-env.conf"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder.FullName, "enabled_plugins"),
            ["RABBITMQ_FEATURE_FLAGS_FILE"] = Path.Combine(_folder.FullName, "feature_flags"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(_folder.FullName, "pid"),
        });
        using var limit = new CancellationTokenSource(s_patience);
        while (!Log.Contains("Server startup complete", StringComparison.Ordinal))
        {
            if (_processes[^1].HasExited || limit.IsCancellationRequested)
            {
                throw new InvalidOperationException($"RabbitMQ did not start:\n{Log}");
            }

            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.AsEnumerable().Reverse())
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private void Start(string program, string[] args, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.FullName };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private void Add(string? line)
    {
        lock (_log)
        {
            _log.Add(line ?? "");
        }
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text + "\n");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
