using System.Data.Common;

namespace Portal.Core.Persistence;

/// <summary>Fills the empty table of devices far quicker than commands do: without indexes, which are made at the end.</summary>
public interface IBulkLoad
{
    /// <param name="devices">Read once, in order of row numbers.</param>
    /// <param name="open">Makes what writes one device in a transaction; disposed at its end.</param>
    /// <param name="report">Told what is being done, and how many devices are written.</param>
    Task LoadDevicesAsync<T>(
        IEnumerable<T> devices, Func<DbConnection, (Action<T> Write, IDisposable Writer)> open, Action<string, long> report,
        CancellationToken cancellationToken);
}
