using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;

namespace Unit.Support;

public sealed class TestPortalTests
{
    [Fact]
    public async Task Portal_WithDeviceAndPerson_LetsThePersonReadTheirOrganizationOnly()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1");
        await portal.AddDeviceAsync("asset-2", "key-1", TestPortal.OtherOrganization);
        var olga = await portal.SignInAsync(Role.Reader);

        var access = await portal.Get<AccessRules>().RequireAsync(olga, Right.Read, TestContext.Current.CancellationToken);

        Assert.Equal(TestPortal.Organization, Assert.Single(access.Value!.Organizations).OrganizationId);
        Assert.Equal(2, await portal.ReadAsync(db => db.Devices.CountAsync()));
    }
}
