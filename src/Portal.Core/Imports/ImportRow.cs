using Portal.Core.Devices;

namespace Portal.Core.Imports;

public enum ImportVerdict
{
    /// <summary>A device will be created.</summary>
    New = 0,

    /// <summary>The device is there and is as the row says.</summary>
    Unchanged = 1,

    /// <summary>The device is there; its name or description would become the row's.</summary>
    NameChange = 2,
    Refused = 3,
}

/// <summary>A line of the file as it is, and what is wrong with it without looking at the fleet.</summary>
/// <param name="Number">Line in the file, from 1; the header is on one.</param>
/// <param name="NameZh"><see langword="null"/> when the file has no such column: then it stays.</param>
/// <param name="Description">As <paramref name="NameZh"/>.</param>
/// <param name="Fault">Why the row is refused whatever the fleet holds.</param>
public sealed record ImportLine(
    long Number, string AssetId, string ProductKey, string DeviceKey, string Name, string? NameZh, string? Description, string TimeZone, Error? Fault)
{
    /// <summary>Why it cannot be a new device; the rule for a key does not bind keys that exist.</summary>
    internal Error? CheckAsNew() => DeviceFields.CheckAssetId(AssetId)
        ?? DeviceFields.Check(new CreateDeviceRequest("", ProductKey, Name, TimeZone, AssetId, DeviceKey, NameZh, Description));
}

/// <summary>A file that could be read.</summary>
/// <param name="Sha256">Lower-case hex, for the audit entry.</param>
public sealed record ImportFile(string Name, string Sha256, IReadOnlyList<ImportLine> Lines);

/// <param name="PresentName">The name that it has now, where it would change.</param>
/// <param name="SeenVersion">The device's version when the verdict was made; 0 for a new one.</param>
public sealed record ImportRow(ImportLine Line, ImportVerdict Verdict, Error? Fault = null, string? PresentName = null, int SeenVersion = 0)
{
    internal long DeviceId { get; init; }

    internal long ProductId { get; init; }
}

public sealed record ImportCounts(int New, int Unchanged, int NameChanges, int Refused)
{
    public int Total => New + Unchanged + NameChanges + Refused;

    public int Of(ImportVerdict verdict) => verdict switch
    {
        ImportVerdict.New => New,
        ImportVerdict.Unchanged => Unchanged,
        ImportVerdict.NameChange => NameChanges,
        _ => Refused,
    };

    internal static ImportCounts Over(IReadOnlyList<ImportRow> rows)
    {
        Span<int> counts = stackalloc int[4];
        foreach (var row in rows)
        {
            counts[(int)row.Verdict]++;
        }

        return new ImportCounts(counts[0], counts[1], counts[2], counts[3]);
    }
}

/// <summary>What an import of the file would do, row by row. Nothing was changed.</summary>
public sealed record ImportPreview(string OrganizationId, ImportFile File, IReadOnlyList<ImportRow> Rows, ImportCounts Counts);

/// <summary>What an import did.</summary>
public sealed record ImportedFile(string FileName, ImportCounts Counts);

public enum ImportStage
{
    Reading = 0,
    Checking = 1,
    Sealing = 2,
    Writing = 3,
}

/// <param name="Total">0 while it is not known.</param>
public sealed record ImportProgress(ImportStage Stage, int Done, int Total);
