using Portal.Core.Access;
using Portal.Core.Devices.Search;
using Portal.Core.Reveals;

namespace Portal.Core.Devices;

/// <summary>Finds devices. Right <see cref="Right.Read"/>, within one of the actor's organizations.</summary>
public sealed class DeviceQueries(AccessRules rules, IDeviceSearch search, TimeProvider clock, SteadyClock steadyClock)
{
    /// <returns>
    /// A page, or <see cref="NotSignedIn"/>, <see cref="AccessDenied"/>, <see cref="OrganizationNotFound"/>,
    /// <see cref="DeviceQueryInvalid"/>, <see cref="FieldInvalid"/>, <see cref="CursorInvalid"/>.
    /// </returns>
    public async Task<Result<DevicePage>> SearchAsync(Actor? actor, DeviceQuery query, CancellationToken cancellationToken = default)
    {
        var checkedSearch = await CheckAsync(actor, query, cancellationToken);
        if (!checkedSearch.IsSuccess)
        {
            return checkedSearch.Error;
        }

        if (!DeviceQuery.PageSizes.Contains(query.PageSize))
        {
            return new FieldInvalid("pageSize", $"one of {string.Join(", ", DeviceQuery.PageSizes)}");
        }

        var (text, devices) = checkedSearch.Value;
        var cursor = string.IsNullOrEmpty(query.Cursor) ? null : DeviceCursor.Read(query.Cursor, devices, text);
        if (cursor is null && !string.IsNullOrEmpty(query.Cursor))
        {
            return new CursorInvalid();
        }

        var isBackward = cursor is { IsBackward: true };
        var (slice, count) = await search.FindAsync(
            devices, cursor?.Place, isBackward, query.PageSize, query.WithCount, cancellationToken);

        string? Next(bool exists, DevicePlace? place) =>
            exists && place is not null ? new DeviceCursor(place, IsBackward: false).ToText(devices, text) : null;
        string? Previous(bool exists, DevicePlace? place) =>
            exists && place is not null ? new DeviceCursor(place, IsBackward: true).ToText(devices, text) : null;
        return new DevicePage(
            slice.Rows,
            Next(isBackward || slice.HasMore, slice.Last ?? cursor?.Place),
            Previous(isBackward ? slice.HasMore : cursor is not null, slice.First ?? cursor?.Place),
            count?.Count ?? -1, count?.IsCapped ?? false, slice.Examined, text.Terms);
    }

    /// <summary>Every device that matches, up to <see cref="DeviceQuery.MaxCount"/>, for a command on all of them.</summary>
    /// <returns>Errors as <see cref="SearchAsync"/>.</returns>
    public async Task<Result<DeviceMatches>> MatchAsync(Actor? actor, DeviceQuery query, CancellationToken cancellationToken = default)
    {
        var checkedSearch = await CheckAsync(actor, query, cancellationToken);
        return checkedSearch.IsSuccess
            ? await search.MatchAsync(checkedSearch.Value.Search, DeviceQuery.MaxCount, cancellationToken)
            : checkedSearch.Error;
    }

    /// <summary>What a list shows of devices, by asset ID; of those only that the organization has.</summary>
    /// <returns>Or <see cref="OrganizationNotFound"/>.</returns>
    public async Task<Result<Dictionary<string, DeviceRow>>> RowsAsync(
        Actor? actor, string organizationId, IReadOnlyCollection<string> assetIds, CancellationToken cancellationToken = default)
    {
        var organization = await rules.RequireAsync(actor, Right.Read, organizationId, cancellationToken);
        return organization.IsSuccess ? await search.RowsAsync(organization.Value.Number, assetIds, cancellationToken) : organization.Error;
    }

    /// <summary>How many devices of the organization are in each status.</summary>
    /// <returns>Or <see cref="OrganizationNotFound"/>.</returns>
    public async Task<Result<StatusCounts>> StatusCountsAsync(Actor? actor, string organizationId, CancellationToken cancellationToken = default)
    {
        var organization = await rules.RequireAsync(actor, Right.Read, organizationId, cancellationToken);
        return organization.IsSuccess ? await search.StatusCountsAsync(organization.Value.Number, cancellationToken) : organization.Error;
    }

    private async Task<Result<(DeviceQueryText Text, DeviceSearch Search)>> CheckAsync(Actor? actor, DeviceQuery query, CancellationToken cancellationToken)
    {
        var organization = await rules.RequireAsync(actor, Right.Read, query.OrganizationId, cancellationToken);
        if (!organization.IsSuccess)
        {
            return organization.Error;
        }

        var text = DeviceQueryText.Parse(query.Text);
        return !text.IsSuccess ? text.Error
            : !Enum.IsDefined(query.Sort) ? new FieldInvalid("sort", $"one of {string.Join(", ", Enum.GetNames<DeviceSort>())}")
            : (text.Value, new DeviceSearch(organization.Value.Number, text.Value.ToFilter())
            {
                Sort = query.Sort,
                Descending = query.Descending,
                Now = clock.GetUtcNow(),
                SteadyNow = steadyClock.GetUtcNow(),
            });
    }
}
