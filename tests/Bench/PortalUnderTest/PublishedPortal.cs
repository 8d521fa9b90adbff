using Bench.Measuring;

namespace Bench.PortalUnderTest;

/// <summary>The portal as it is shipped (<c>dotnet publish -r ...</c>), run in Development because sign-in is embedded there.</summary>
internal sealed class PublishedPortal(BenchOptions options)
{
    private readonly string _folder = options.Portal ?? Path.Combine(options.Data, "portal");
    private Task? _published = options.Portal is null ? null : Task.CompletedTask;

    private string Program => Path.Combine(_folder, "Portal");

    /// <summary>Runs one of the portal's commands (<c>seed</c>, ...) to its end.</summary>
    public async Task RunAsync(string database, IReadOnlyList<string> arguments)
    {
        await PublishAsync();
        await Commands.RunAsync(Path.GetDirectoryName(database)!, Program, arguments, Settings(database));
    }

    /// <param name="more">Settings beside those of <see cref="Settings"/>.</param>
    public async Task<ServerProcess> StartAsync(
        string database, int port, string probe = PortalPages.Devices, IReadOnlyDictionary<string, string>? more = null)
    {
        await PublishAsync();
        var settings = Settings(database);
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            settings[name] = value;
        }

        var address = new Uri($"http://localhost:{port}");
        return await ServerProcess.StartAsync(
            Path.Combine(options.Data, "logs", $"portal-{port}.log"), address, probe, Program, ["--urls", address.ToString()],
            settings, Path.GetDirectoryName(database));
    }

    /// <summary>Settings that point a portal at <paramref name="database"/> and keep its console quiet.</summary>
    public static Dictionary<string, string> Settings(string database) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["Database__ConnectionString"] = $"Data Source={database}",
        ["Secrets__KeyFile"] = Path.Combine(Path.GetDirectoryName(database)!, "secrets.key"),
        ["Development__ApplicationKeyFile"] = Path.Combine(Path.GetDirectoryName(database)!, "demo-application.pem"),
        ["Fleet__SampleDevices"] = "0",
        ["Logging__LogLevel__Default"] = "Warning",
    };

    private Task PublishAsync() => _published ??= Task.Run(async () =>
    {
        Console.WriteLine("Publishing the portal ...");
        await Commands.RunAsync(options.Repository, "dotnet",
            ["publish", "src/Portal", "-c", "Release", "-r", "linux-x64", "-o", _folder, "-v", "quiet"]);
    });
}
