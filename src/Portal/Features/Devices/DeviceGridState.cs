using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Portal.Core.Devices.Search;

namespace Portal.Features.Devices;

/// <summary>Columns that a person may show or hide; the asset is always there.</summary>
[Flags]
public enum DeviceColumns
{
    None = 0,
    Name = 1,
    Key = 2,
    Product = 4,
    Status = 8,
    Seen = 16,
    Replaced = 32,
    Created = 64,
    Default = Name | Key | Product | Status | Seen | Replaced,
}

/// <summary>All that the device grid shows, as it stands in the address: a copied link opens the same list.</summary>
/// <remarks>A value that means nothing counts as left out: an address is typed, cut and guessed.</remarks>
public sealed record DeviceGridState
{
    private const string SortParameter = "sort";
    private const string CursorParameter = "page";
    private const string SizeParameter = "size";
    private const string ColumnsParameter = "cols";
    private const string DensityParameter = "density";
    private const string Compact = "compact";
    private const string Roomy = "roomy";
    private const char Separator = '.';

    public static IReadOnlyList<DeviceColumns> AllColumns { get; } =
        [DeviceColumns.Name, DeviceColumns.Key, DeviceColumns.Product, DeviceColumns.Status, DeviceColumns.Seen, DeviceColumns.Replaced, DeviceColumns.Created];

    public string Text { get; init; } = "";

    public DeviceSort Sort { get; init; }

    public bool Descending { get; init; }

    public string? Cursor { get; init; }

    public int PageSize { get; init; } = DeviceQuery.DefaultPageSize;

    public DeviceColumns Columns { get; init; } = DeviceColumns.Default;

    public bool IsCompact { get; init; }

    /// <summary>Columns, density and page size: what a browser remembers, in the form of an address.</summary>
    public string ToRemember() =>
        $"{ColumnsParameter}={ColumnsText}&{DensityParameter}={(IsCompact ? Compact : Roomy)}&{SizeParameter}={PageSize.ToString(CultureInfo.InvariantCulture)}";

    private string ColumnsText => string.Join(
        Separator, AllColumns.Where(column => Columns.HasFlag(column)).Select(column => column.ToString().ToLowerInvariant()));

    /// <param name="query">The query part of an address.</param>
    /// <param name="remembered">What <see cref="ToRemember"/> gave, for what the address leaves open.</param>
    public static DeviceGridState Parse(string? query, string? remembered)
    {
        var wanted = QueryHelpers.ParseQuery(query);
        var known = QueryHelpers.ParseQuery(remembered);
        string? Value(string name) => wanted.TryGetValue(name, out var values) ? Last(values) : null;
        string? Remembered(string name) => Value(name) ?? (known.TryGetValue(name, out var values) ? Last(values) : null);

        var (sort, isDescending) = ReadSort(Value(SortParameter));
        var size = int.TryParse(Remembered(SizeParameter), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && DeviceQuery.PageSizes.Contains(number)
            ? number
            : DeviceQuery.DefaultPageSize;
        return new DeviceGridState
        {
            Text = Value(PortalRoutes.SearchParameter) ?? "",
            Sort = sort,
            Descending = isDescending,
            Cursor = Value(CursorParameter) is { Length: > 0 } cursor ? cursor : null,
            PageSize = size,
            Columns = Remembered(ColumnsParameter) is { } columns ? ReadColumns(columns) : DeviceColumns.Default,
            IsCompact = Remembered(DensityParameter) == Compact,
        };
    }

    /// <summary>The query part of an address, <c>?</c> included; what is as usual is left out.</summary>
    public string ToQuery(string? organizationId)
    {
        var parameters = new List<KeyValuePair<string, string?>>();
        void Add(bool isUnusual, string name, string? value)
        {
            if (isUnusual)
            {
                parameters.Add(new(name, value));
            }
        }

        Add(organizationId is not null, PortalRoutes.OrganizationParameter, organizationId);
        Add(Text.Length > 0, PortalRoutes.SearchParameter, Text);
        Add(Sort != DeviceSort.BestMatch, SortParameter, (Descending ? "-" : "") + Sort.ToString().ToLowerInvariant());
        Add(Columns != DeviceColumns.Default, ColumnsParameter, ColumnsText);
        Add(IsCompact, DensityParameter, Compact);
        Add(PageSize != DeviceQuery.DefaultPageSize, SizeParameter, PageSize.ToString(CultureInfo.InvariantCulture));
        Add(Cursor is not null, CursorParameter, Cursor);
        return parameters.Count == 0 ? "?" : QueryHelpers.AddQueryString("", parameters);
    }

    public DeviceQuery ToDeviceQuery(string organizationId, bool withCount) => new()
    {
        OrganizationId = organizationId,
        Text = Text,
        Sort = Sort,
        Descending = Descending,
        Cursor = Cursor,
        PageSize = PageSize,
        WithCount = withCount,
    };

    private static string? Last(StringValues values) => values.Count == 0 ? null : values[^1];

    private static (DeviceSort Sort, bool Descending) ReadSort(string? text)
    {
        var isDescending = text is ['-', ..];
        var name = isDescending ? text![1..] : text;
        foreach (var sort in Enum.GetValues<DeviceSort>())
        {
            if (sort != DeviceSort.BestMatch && sort.ToString().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return (sort, isDescending);
            }
        }

        return (DeviceSort.BestMatch, false);
    }

    private static DeviceColumns ReadColumns(string text)
    {
        var names = text.Split(Separator);
        return AllColumns.Where(column => names.Contains(column.ToString(), StringComparer.OrdinalIgnoreCase)).Aggregate(DeviceColumns.None, (all, column) => all | column);
    }
}
