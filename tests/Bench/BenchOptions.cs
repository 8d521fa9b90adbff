using System.Globalization;

namespace Bench;

/// <summary>What to measure and with how much of it.</summary>
internal sealed record BenchOptions
{
    private const string Usage = """
        dotnet run -c Release --project tests/Bench -- [G1 G2 G4 G5 G6 G7 G8 G11 G12 G13 G14 G15 G16 G17 G18 G19 IMPORT POSTS] [options]
          --devices N    devices in the fleet (1000000)
          --perf DIR     sources of the reference servers (../shared/perf beside the repository)
          --data DIR     where databases and builds are kept from run to run (bench-data)
          --portal DIR   a published portal to measure, instead of publishing this checkout
          --rounds N     interleaved rounds ours, reference, ours, reference (3)
          --circuits N   connected users that memory and pushes are measured with (200)
        G11 and G15 need the brokers mosquitto and (G11) rabbitmq-server, Debian packages both. Exit code 1 when a first bar is missed.
        """;

    public required string Repository { get; init; }

    public IReadOnlySet<string> Goals { get; init; } = new HashSet<string>();

    public int Devices { get; init; } = 1_000_000;

    public required string Perf { get; init; }

    public required string Data { get; init; }

    public string? Portal { get; init; }

    public int Rounds { get; init; } = 3;

    public int Circuits { get; init; } = 200;

    public bool Wants(params string[] goals) => Goals.Count == 0 || goals.Any(Goals.Contains);

    public static BenchOptions? Parse(string[] args)
    {
        var repository = FindRepository();
        var goals = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var options = new BenchOptions
        {
            Repository = repository,
            Perf = Path.GetFullPath("../shared/perf", repository),
            Data = Path.Combine(repository, "bench-data"),
            Goals = goals,
        };
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                goals.Add(args[i]);
                continue;
            }

            var value = i + 1 < args.Length ? args[++i] : "";
            var number = int.TryParse(value, CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : (int?)null;
            switch (args[i - 1])
            {
                case "--devices" when number is { } devices: options = options with { Devices = devices }; break;
                case "--rounds" when number is { } rounds: options = options with { Rounds = rounds }; break;
                case "--circuits" when number is { } circuits: options = options with { Circuits = circuits }; break;
                case "--perf" when value.Length > 0: options = options with { Perf = Path.GetFullPath(value) }; break;
                case "--data" when value.Length > 0: options = options with { Data = Path.GetFullPath(value) }; break;
                case "--portal" when value.Length > 0: options = options with { Portal = Path.GetFullPath(value) }; break;
                default:
                    Console.Error.WriteLine(Usage);
                    return null;
            }
        }

        if (!Directory.Exists(options.Perf))
        {
            Console.Error.WriteLine($"No reference servers at {options.Perf}: name their folder with --perf.");
            return null;
        }

        return options;
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Portal.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Run me from a checkout: no Portal.slnx above " + AppContext.BaseDirectory);
        }

        return folder.FullName;
    }
}
