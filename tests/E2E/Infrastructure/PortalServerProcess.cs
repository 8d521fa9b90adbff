using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;

namespace E2E.Infrastructure;

/// <summary>The portal in a process of its own, for tests that kill it.</summary>
public sealed class PortalServerProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portal-e2e-process-");
    private readonly List<Process> _hardware = [];
    private readonly (string Key, string Value)[] _settings;
    private Process? _process;

    private PortalServerProcess(int port, int mqttPort, (string Key, string Value)[] settings) =>
        (Address, MqttPort, _settings) = (new Uri($"http://127.0.0.1:{port}/"), mqttPort, settings);

    public Uri Address { get; }

    public int MqttPort { get; }

    private string ConnectionString => $"Data Source={Path.Combine(_folder.FullName, "portal.db")}";

    /// <param name="settings">As environment variables spell them.</param>
    public static async Task<PortalServerProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        var server = new PortalServerProcess(FreePort(), FreePort(), settings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>As when the machine loses power: nothing is closed, nobody is told.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public async Task StartAgainAsync()
    {
        _process = Run("--urls", Address.ToString());
        using var limit = new CancellationTokenSource(s_patience);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains("Application started", StringComparison.Ordinal))
            {
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        Assert.Fail("The portal did not start.");
    }

    /// <summary>Plays hardware by the portal's own command line, until the test is over.</summary>
    /// <param name="secret">What is pasted when it asks; empty for Enter.</param>
    public void Simulate(string assetId, string secret, params string[] options)
    {
        var hardware = Run(["simulate", "--asset", assetId, "--url", $"mqtt://127.0.0.1:{MqttPort}", .. options]);
        _hardware.Add(hardware);
        _ = hardware.StandardOutput.ReadToEndAsync();
        hardware.StandardInput.WriteLine(secret);
        hardware.StandardInput.Flush();
    }

    /// <summary>An online asset of Westerly Renewables.</summary>
    public string AnyOnlineAsset() => Rows(
        "SELECT d.asset_id FROM devices d JOIN organizations o ON o.number = d.organization_number WHERE o.organization_id = 'o15724301680011' AND d.status = 1 LIMIT 1").Single();

    /// <summary>One of those that have measured for two weeks and were never replaced.</summary>
    public string AnyOnlineMeter() => Rows(
        "SELECT d.asset_id FROM devices d JOIN measure_series s ON s.device_id = d.id WHERE d.organization_number = 1 AND d.status = 1 AND d.credential_version = 1 ORDER BY d.id LIMIT 1").Single();

    /// <summary>The first column, behind the portal's back.</summary>
    public IReadOnlyList<string> Rows(string sql)
    {
        using var connection = new SqliteConnection($"{ConnectionString};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    public void Dispose()
    {
        foreach (var hardware in _hardware)
        {
            hardware.Kill();
            hardware.WaitForExit();
            hardware.Dispose();
        }

        if (_process is not null)
        {
            Kill();
        }

        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Process Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Database__ConnectionString"] = ConnectionString;
        start.Environment["Fleet__SampleDevices"] = "60";
        start.Environment["Mqtt__Port"] = $"{MqttPort}";
        foreach (var (key, value) in _settings)
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        return process;
    }
}
