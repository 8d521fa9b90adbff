using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Portal.Core.Devices.Search;

namespace Portal.Features.Devices;

/// <summary>A value of an address that means nothing, and what would be right.</summary>
public sealed record UnreadParameter(string Name, string Value, IEnumerable<string> Words);

/// <summary>All that the device grid shows, as it stands in the address: a copied link opens the same list.</summary>
/// <remarks>A value that means nothing counts as left out, since an address is typed, cut and guessed; <see cref="FindUnread"/> names it.</remarks>
public sealed record DeviceGridState
{
    private const string SortParameter = "sort";
    internal const string CursorParameter = "page";
    private const string SizeParameter = "size";
    private const string ColumnsParameter = "cols";
    private const string DensityParameter = "density";
    private const string Compact = "compact";
    private const string Roomy = "roomy";

    private static readonly DeviceSort[] s_sorts = [.. Enum.GetValues<DeviceSort>().Where(sort => sort != DeviceSort.BestMatch)];

    public string Text { get; init; } = "";

    public DeviceSort Sort { get; init; }

    public bool Descending { get; init; }

    public string? Cursor { get; init; }

    public int PageSize { get; init; } = DeviceQuery.DefaultPageSize;

    public DeviceColumns Columns { get; init; } = DeviceColumns.Default;

    public bool IsCompact { get; init; }

    /// <summary>Columns and their order, density and page size: what is remembered for a person, in the form of an address.</summary>
    public string ToRemember() =>
        $"{ColumnsParameter}={Columns}&{DensityParameter}={(IsCompact ? Compact : Roomy)}&{SizeParameter}={PageSize.ToString(CultureInfo.InvariantCulture)}";

    /// <param name="query">The query part of an address.</param>
    /// <param name="remembered">What <see cref="ToRemember"/> gave, for what the address leaves open.</param>
    public static DeviceGridState Parse(string? query, string? remembered)
    {
        var wanted = QueryHelpers.ParseQuery(query);
        var known = QueryHelpers.ParseQuery(remembered);
        string? Value(string name) => wanted.TryGetValue(name, out var values) ? Last(values) : null;
        string? Remembered(string name) => Value(name) ?? (known.TryGetValue(name, out var values) ? Last(values) : null);

        var (sort, isDescending) = ReadSort(Value(SortParameter)) ?? default;
        return new DeviceGridState
        {
            Text = Value(PortalRoutes.SearchParameter) ?? "",
            Sort = sort,
            Descending = isDescending,
            Cursor = Value(CursorParameter) is { Length: > 0 } cursor ? cursor : null,
            PageSize = ReadSize(Remembered(SizeParameter)) ?? DeviceQuery.DefaultPageSize,
            Columns = Remembered(ColumnsParameter) is { } columns ? DeviceColumns.Parse(columns) : DeviceColumns.Default,
            IsCompact = Remembered(DensityParameter) == Compact,
        };
    }

    /// <summary>What <see cref="Parse"/> leaves out of an address. Only a search can tell whether a page exists.</summary>
    public static IEnumerable<UnreadParameter> FindUnread(string? query)
    {
        foreach (var (name, values) in QueryHelpers.ParseQuery(query))
        {
            var value = Last(values) ?? "";
            var (isRead, words) = name switch
            {
                SortParameter => (ReadSort(value) is not null, s_sorts.Select(WordOf)),
                SizeParameter => (ReadSize(value) is not null, DeviceQuery.PageSizes.Select(size => size.ToString(CultureInfo.InvariantCulture))),
                ColumnsParameter => (DeviceColumns.IsReadable(value), DeviceColumns.Words),
                DensityParameter => (value is Compact or Roomy, [Compact, Roomy]),
                _ => (true, Enumerable.Empty<string>()),
            };
            if (!isRead)
            {
                yield return new UnreadParameter(name, value, words);
            }
        }
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
        Add(Sort != DeviceSort.BestMatch, SortParameter, (Descending ? "-" : "") + WordOf(Sort));
        Add(!Columns.Equals(DeviceColumns.Default), ColumnsParameter, Columns.ToString());
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

    private static (DeviceSort Sort, bool Descending)? ReadSort(string? text)
    {
        var isDescending = text is ['-', ..];
        var name = isDescending ? text![1..] : text;
        foreach (var sort in s_sorts)
        {
            if (WordOf(sort).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return (sort, isDescending);
            }
        }

        return null;
    }

    private static int? ReadSize(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && DeviceQuery.PageSizes.Contains(size) ? size : null;

    private static string WordOf(DeviceSort sort) => sort.ToString().ToLowerInvariant();
}
