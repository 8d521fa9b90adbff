using Bench.Measuring;

namespace Bench.References;

/// <summary>The servers that ratios are taken against, built from their sources outside this repository.</summary>
/// <remarks>
/// <c>limit</c>: Kestrel, hand-written SQL, no sign-in, no tenancy. <c>plain</c>: one Razor component with a bare table of 25 rows.
/// <c>limitmqtt</c>: bare MQTTnet, which lets anybody in, or looks a device up, checks its digest and stores status and audit.
/// </remarks>
internal sealed class ReferenceServers(BenchOptions options)
{
    // Away from this repository's own build settings, which the references do not follow.
    private static readonly Dictionary<string, string> s_isolation = new()
    {
        ["Directory.Build.props"] = "<Project><PropertyGroup><NuGetAudit>false</NuGetAudit></PropertyGroup></Project>",
        ["Directory.Packages.props"] = "<Project />",
        [".editorconfig"] = "root = true",
    };

    private readonly string _folder = Path.Combine(options.Data, "references");

    public async Task<ServerProcess> StartLimitAsync(string database, int port) =>
        await StartAsync("limit", await BuildAsync("limit", ["limits/limitapi.cs"], "limitapi.cs", "limitapi.dll"), port, "/ping",
            [database, $"{port}", "FULL"]);

    public async Task<ServerProcess> StartPlainAsync(string database, int port) =>
        await StartAsync("plain", await BuildAsync("plain", ["limits/grids"], "blz.csproj", "blz.dll"), port, "/plainhtml",
            [database, $"{port}"]);

    /// <summary>Devices of the reference broker, made by its own tool in a new database, each with what it signs in with.</summary>
    public async Task<(string Database, IReadOnlyList<MqttLogin> Logins)> PrepareLimitMqttAsync(int devices)
    {
        var assembly = await BuildLimitMqttAsync();
        var folder = Path.Combine(options.Data, "scratch");
        var (database, logins) = (Path.Combine(folder, "limitmqtt.db"), Path.Combine(folder, "limitmqtt.csv"));
        Directory.CreateDirectory(folder);
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(database + suffix);
        }

        await Commands.RunAsync(folder, "dotnet", [assembly, "prep", $"{devices}", database, logins]);
        return (database, [.. File.ReadLines(logins).Select(line => line.Split(',')).Select(part => new MqttLogin(part[0], part[1], part[2]))]);
    }

    /// <param name="database">Of devices that are checked and activated; without one the broker lets anybody in.</param>
    public async Task<ServerProcess> StartLimitMqttAsync(string? database, int port) => await ServerProcess.StartAsync(
        Path.Combine(options.Data, "logs", "limitmqtt.log"), new Uri($"mqtt://127.0.0.1:{port}"), "", "dotnet",
        database is null ? [await BuildLimitMqttAsync(), "open", $"{port}"] : [await BuildLimitMqttAsync(), "full", $"{port}", database]);

    /// <summary>Folder with <c>playwright-core</c> and the browser benchmark, ready for node.</summary>
    public async Task<string> PrepareBrowserBenchAsync()
    {
        var folder = Path.Combine(_folder, "browser");
        Directory.CreateDirectory(folder);
        CopyInto(folder, Path.Combine(options.Perf, "gridbench.mjs"));
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "playwright-core")))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{ "private": true }""");
            await Commands.RunAsync(folder, "npm", ["install", "--no-audit", "--no-fund", "playwright-core@1.64.1"]);
        }

        return folder;
    }

    private Task<string> BuildLimitMqttAsync() => BuildAsync("limitmqtt", ["limits/limitmqtt.cs"], "limitmqtt.cs", "limitmqtt.dll");

    private async Task<string> BuildAsync(string name, string[] sources, string project, string assembly)
    {
        var source = Path.Combine(_folder, name, "src");
        var output = Path.Combine(_folder, name, "bin");
        if (!File.Exists(Path.Combine(output, assembly)))
        {
            Console.WriteLine($"Building the reference '{name}' ...");
            Directory.CreateDirectory(source);
            foreach (var (file, text) in s_isolation)
            {
                await File.WriteAllTextAsync(Path.Combine(_folder, file), text);
            }

            foreach (var part in sources)
            {
                CopyInto(source, Path.Combine(options.Perf, part));
            }

            await Commands.RunAsync(source, "dotnet", ["publish", project, "-c", "Release", "-o", output, "-v", "quiet"]);
        }

        return Path.Combine(output, assembly);
    }

    private async Task<ServerProcess> StartAsync(string name, string assembly, int port, string probe, string[] arguments) =>
        await ServerProcess.StartAsync(
            Path.Combine(options.Data, "logs", name + ".log"), new Uri($"http://127.0.0.1:{port}"), probe, "dotnet", [assembly, .. arguments], workingFolder: Path.GetDirectoryName(assembly));

    private static void CopyInto(string target, string source)
    {
        if (File.Exists(source))
        {
            // Not File.Copy: the sources are read-only, and the copies would be.
            File.WriteAllBytes(Path.Combine(target, Path.GetFileName(source)), File.ReadAllBytes(source));
            return;
        }

        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            CopyInto(target, file);
        }

        foreach (var folder in Directory.EnumerateDirectories(source).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj")))
        {
            CopyInto(Directory.CreateDirectory(Path.Combine(target, Path.GetFileName(folder))).FullName, folder);
        }
    }
}
