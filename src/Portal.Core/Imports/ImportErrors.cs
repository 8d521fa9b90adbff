namespace Portal.Core.Imports;

public sealed record ImportFileTooLarge(int LimitInMegabytes) : Error($"The file is larger than {LimitInMegabytes} MB. Split it.");

public sealed record ImportTooManyRows(int Limit) : Error($"The file has more than {Limit} rows. Split it.");

public sealed record ImportFileEmpty() : Error("The file has no rows under its header.");

/// <summary>Another encoding, or no text at all.</summary>
public sealed record ImportNotUtf8() : Error("The file is not UTF-8 text. Save it as \"CSV UTF-8\" and choose it again.");

/// <summary>Quotes that do not fit together, or one line beyond any sense.</summary>
public sealed record ImportMalformed(long Line) : Error($"Line {Line} cannot be read: check its quotation marks.");

/// <summary>The columns are not those of an import; each list may be empty.</summary>
public sealed record ImportHeadersInvalid(string Missing, string Unknown, string Doubled)
    : Error($"The header does not fit. Missing: {Or(Missing)}; unknown: {Or(Unknown)}; more than once: {Or(Doubled)}.")
{
    private static string Or(string names) => names.Length == 0 ? "none" : names;
}

/// <summary>A row with more or fewer cells than the header.</summary>
public sealed record ImportCellCount(int Expected, int Found) : Error($"This row has {Found} cells; the header has {Expected}.");

/// <summary>The same name on an earlier line of the file.</summary>
public sealed record ImportRepeated(string Field, long Line) : Error($"{Field}: the same as on line {Line}.");

/// <summary>The asset ID is another organization's; nothing else is said about it.</summary>
public sealed record ImportAssetElsewhere(string AssetId) : Error($"assetId: '{AssetId}' cannot be used here.");

/// <summary>An import never changes a key: that would retire hardware without a new secret.</summary>
public sealed record ImportKeyDiffers(string AssetId, string PresentKey)
    : Error($"deviceKey: asset '{AssetId}' has key '{PresentKey}'. An import never changes a key: use Replace.");

public sealed record ImportProductDiffers(string AssetId, string PresentProduct)
    : Error($"productKey: asset '{AssetId}' belongs to product '{PresentProduct}'. An import does not move it.");

public sealed record ImportTimeZoneDiffers(string AssetId, string Present)
    : Error($"timezone: asset '{AssetId}' has {Present}. An import does not change it.");

/// <summary>All or nothing: one refused row keeps the whole file out.</summary>
public sealed record ImportRefused(int Rows) : Error($"{Rows} rows are refused, so nothing of this file was imported. Mend them and choose the file again.");

/// <summary>What was checked is no longer what would happen.</summary>
public sealed record ImportOutdated(long Line) : Error($"The fleet changed after the file was checked (first at line {Line}). Check it again; nothing was imported.");
