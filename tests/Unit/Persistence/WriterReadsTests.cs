using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Applications;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Persistence;
using Portal.Core.Secrets;
using Unit.Support;

namespace Unit.Persistence;

/// <summary>What the writer reads past EF Core is what EF Core reads, to the last column of the model.</summary>
public sealed class WriterReadsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FindDevice_ByAssetAndByKey_IsWhatTheModelReads(bool isFilled)
    {
        await using var portal = await TestPortal.CreateAsync();
        var product = await portal.AddProductAsync();
        var added = await portal.AddDeviceAsync("asset1", "KEY-1", productKey: product.ProductKey);
        if (isFilled)
        {
            await portal.WriteAsync(db =>
            {
                var device = db.Devices.Single(device => device.Id == added.Id);
                (device.NameZh, device.NameEn, device.Description) = ("逆变器", "Inverter", "by the gate");
                (device.Attributes, device.Tags) = ("""{"a":1}""", """{"t":"x"}""");
                (device.Status, device.Version) = (DeviceStatus.Offline, 7);
                device.ActivatedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_001);
                device.LastOnlineAt = DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_002);
                device.LastOfflineAt = DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_003);
                var kept = db.Products.Single(kept => kept.Id == product.Id);
                (kept.NameZh, kept.NameEn, kept.Description, kept.AllowsSha1, kept.AllowsActivation) = ("产品", "Product", "roof", true, true);
            });
        }

        var expected = await portal.ReadAsync(db => db.Devices.AsNoTracking().Include(device => device.Credential).Include(device => device.Product)
            .SingleAsync(device => device.AssetId == "asset1"));
        foreach (var selector in (AssetSelector[])[AssetSelector.Asset("asset1"), AssetSelector.Key(product.ProductKey, "KEY-1")])
        {
            var found = await portal.Get<IPortalDatabase>().WriteAsync(unit => unit.FindDeviceAsync(selector), TestContext.Current.CancellationToken);
            Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(found));
        }

        foreach (var selector in (AssetSelector[])[AssetSelector.Asset("asset2"), AssetSelector.Key(product.ProductKey, "key-1"), AssetSelector.Key("another", "KEY-1")])
        {
            Assert.Null(await portal.Get<IPortalDatabase>().WriteAsync(unit => unit.FindDeviceAsync(selector), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task FindOperation_OfItsScopeAlone_IsWhatTheModelReads()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.WriteAsync(db => db.Operations.Add(new Operation
        {
            Scope = "a\nb",
            OperationId = "o1",
            Action = "device.replace",
            RequestHash = [1, 2, 3],
            Outcome = """{"Error":null,"Value":"ü"}""",
            At = DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_001),
        }));

        var expected = await portal.ReadAsync(db => db.Operations.AsNoTracking().SingleAsync());
        Task<Operation?> Find(string scope, string id) => portal.Get<IPortalDatabase>().WriteAsync(unit => unit.FindOperationAsync(scope, id), TestContext.Current.CancellationToken);
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(await Find("a\nb", "o1")));
        Assert.Null(await Find("a\nc", "o1"));
        Assert.Null(await Find("a\nb", "O1"));
    }

    [Fact]
    public async Task FindCurrentKey_AmongPendingAndRetired_IsTheCurrentOneOfTheApplication()
    {
        await using var portal = await TestPortal.CreateAsync();
        var organization = await portal.AddOrganizationAsync();
        await portal.WriteAsync(db => db.Applications.Add(new Application
        {
            Id = 5,
            AccessKey = "access",
            OrganizationNumber = organization.Number,
            Name = "SCADA",
            CreatedByName = "Olga",
            ChangedByName = "Olga",
            CreatedAt = portal.Clock.GetUtcNow(),
            Credential = new ApplicationCredential { ApplicationId = 5, Version = 1, KeyId = "k1", Sealed = [1] },
        }));
        await portal.WriteAsync(db => db.ApplicationPublicKeys.AddRange(Enum.GetValues<PublicKeyState>().Select(state => new ApplicationPublicKey
        {
            ApplicationId = 5,
            Spki = [1, 2, (byte)state],
            Fingerprint = $"print-{state}",
            SizeInBits = 3072,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_001),
            State = state,
        })));

        var expected = await portal.ReadAsync(db => db.ApplicationPublicKeys.AsNoTracking().SingleAsync(key => key.State == PublicKeyState.Current));
        Task<ApplicationPublicKey?> Find(long application) =>
            portal.Get<IPortalDatabase>().WriteAsync(unit => unit.FindCurrentKeyAsync(application), TestContext.Current.CancellationToken);
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(await Find(5)));
        Assert.Null(await Find(6));
    }
}
