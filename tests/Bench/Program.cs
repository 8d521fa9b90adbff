using Bench;
using Bench.Goals;
using Bench.Measuring;
using Bench.PortalUnderTest;

if (args is ["hello", var url])
{
    return await HelloServer.RunAsync(url);
}

if (args is ["search-host", ..])
{
    return await SearchHost.RunAsync(args[1..]);
}

if (BenchOptions.Parse(args) is not { } options)
{
    return 2;
}

var report = new Report();
await AllGoals.RunAsync(options, report);
report.Print(Console.Out);
return report.Misses == 0 ? 0 : 1;
