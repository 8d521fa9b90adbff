namespace Bench.PortalUnderTest;

/// <summary>What the benchmarks know of the portal's pages.</summary>
internal static class PortalPages
{
    public const string Devices = "/devices";

    /// <summary>Development only, loopback only: full collection, answers <c>{ heap, ws, cpuMs }</c>.</summary>
    public const string Collect = "/development/gc";

    /// <summary>Development only: the demo people as JSON.</summary>
    public const string Sample = "/development/sample";

    /// <summary>More connected pages than this a person may not have.</summary>
    public const int MaxCircuitsOfAPerson = 10;

    /// <summary>Id of the search box on the device grid.</summary>
    public const string SearchBox = "q";

    /// <summary>CSS of a row of the device grid.</summary>
    public const string GridRow = "table.device-table tbody tr";
}
