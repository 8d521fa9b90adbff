using Portal.Core.Access;
using Portal.Core.Expressions;

namespace Portal.Core.Devices.Search;

/// <summary>Reads devices as the EnOS contract gives them out. Right <see cref="Right.Read"/>, within one of the actor's organizations.</summary>
public sealed class DeviceRecords(AccessRules rules, IDeviceRecordReader reader)
{
    /// <returns>Or <see cref="OrganizationNotFound"/>, <see cref="AssetNotFound"/>, also for an asset of another organization.</returns>
    public async Task<Result<DeviceRecord>> GetAsync(
        Actor? actor, string organizationId, AssetSelector selector, CancellationToken cancellationToken = default)
    {
        var organization = await rules.RequireAsync(actor, Right.Read, organizationId, cancellationToken);
        if (!organization.IsSuccess)
        {
            return organization.Error;
        }

        return reader.Find(organization.Value, selector) is { } record ? record : new AssetNotFound(selector.ToString());
    }

    /// <returns>A page, or <see cref="OrganizationNotFound"/>, <see cref="ExpressionInvalid"/>, <see cref="FieldInvalid"/>.</returns>
    public async Task<Result<DeviceRecordPage>> SearchAsync(Actor? actor, DeviceRecordQuery query, CancellationToken cancellationToken = default)
    {
        var organization = await rules.RequireAsync(actor, Right.Read, query.OrganizationId, cancellationToken);
        if (!organization.IsSuccess)
        {
            return organization.Error;
        }

        if (NumberedPages.Check(query.PageNo, query.PageSize) is { } invalid)
        {
            return invalid;
        }

        var filter = string.IsNullOrWhiteSpace(query.Expression) ? new Filter<DeviceField>.All([]) : DeviceExpression.Parse(query.Expression);
        return !filter.IsSuccess ? filter.Error : await reader.PageAsync(
            new DeviceSearch(organization.Value.Number, filter.Value), query.OrganizationId, (query.PageNo - 1L) * query.PageSize, query.PageSize, cancellationToken);
    }
}
