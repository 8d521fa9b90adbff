using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.AuditReview;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Imports;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.Sessions;
using Portal.Core.Views;
using Unit.Imports;
using Unit.Support;

namespace Unit.AuditReview;

/// <summary>A portal in which each command of <see cref="AuditedCommands"/> can succeed once.</summary>
internal sealed class AuditedWorld : IAsyncDisposable
{
    private AuditedWorld(TestPortal portal) => Portal = portal;

    public TestPortal Portal { get; }

    /// <summary>May do everything.</summary>
    public required Actor Ada { get; init; }

    /// <summary>Is signed in and may do nothing.</summary>
    public required Actor Nina { get; init; }

    public required Guid Grant { get; init; }

    public required Guid DisplayedGrant { get; init; }

    public required long AccountId { get; init; }

    public required long DisabledAccountId { get; init; }

    public required long ViewId { get; init; }

    public required ImportPreview Import { get; init; }

    /// <summary>Has one key in use and one that waits.</summary>
    public required TestApplication Application { get; init; }

    public static async Task<AuditedWorld> CreateAsync()
    {
        var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1", productKey: "inverter");
        await portal.AddDeviceAsync("asset-off", "key-off", productKey: "inverter", status: DeviceStatus.Disabled);
        var ada = await portal.SignInAsync("ada", Role.Administrator);
        await portal.SignInAsync("tom", Role.Technician);
        await portal.SignInAsync("uwe", Role.Technician);
        var people = PortalCommands.Value(await portal.Get<AccountService>().ListAsync(ada));
        var uwe = people.Single(person => person.Name == "uwe").Id;
        PortalCommands.Value(await portal.Get<AccountService>().DisableAsync(ada, uwe));
        var displayed = await portal.OpenGrantAsync(ada, "asset-shown");
        await portal.ReadSecretAsync(ada, displayed);
        await portal.AddProductAsync("empty");
        var application = await TestApplication.CreateAsync(portal);
        PortalCommands.Value(await portal.Get<ApplicationKeyService>().RegisterKeyAsync(
            ada, new RegisterKeyRequest(application.AccessKey, TestApplication.SecondKey.ExportSubjectPublicKeyInfoPem(), CutsAtOnce: false)));
        return new AuditedWorld(portal)
        {
            Application = application,
            Ada = ada,
            Nina = await portal.SignInAsync("nina", null),
            Grant = await portal.OpenGrantAsync(ada, "asset-grant"),
            DisplayedGrant = displayed,
            AccountId = people.Single(person => person.Name == "tom").Id,
            DisabledAccountId = uwe,
            ViewId = PortalCommands.Value(await portal.Get<SavedViewService>().SaveAsync(ada, "mine", "q=1")).Id,
            Import = await portal.PreviewAsync(ada, ImportFiles.Header, ImportFiles.Line("asset-imported", "key-imported")),
        };
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();
}

/// <summary>Every command of the core, each as it can be given by whoever asks.</summary>
internal static class AuditedCommands
{
    /// <param name="AssetId">The asset that the entry has to name.</param>
    public sealed record Case(string Action, string? AssetId, Func<AuditedWorld, Actor, Task<Error?>> RunAsync);

    public static IReadOnlyList<Case> All { get; } =
    [
        new(AuditActions.DeviceCreated, "asset-new", async (world, actor) => (await world.Portal.Get<DeviceService>().CreateAsync(
            actor, new CreateDeviceRequest(TestPortal.Organization, "inverter", "New", "+00:00", "asset-new", "key-new"))).Error),
        new(AuditActions.DeviceEdited, "asset-1", async (world, actor) => (await world.Portal.Get<DeviceUpdateService>().UpdateAsync(
            actor, new UpdateDeviceRequest(AssetSelector.Asset("asset-1"), IsPatch: true) { Name = "Other name" })).Error),
        new(AuditActions.DeviceEnabled, "asset-off", async (world, actor) => (await world.Portal.Get<DeviceService>().EnableAsync(actor, AssetSelector.Asset("asset-off"))).Error),
        new(AuditActions.DeviceDisabled, "asset-1", async (world, actor) => (await world.Portal.Get<DeviceService>().DisableAsync(actor, AssetSelector.Asset("asset-1"))).Error),
        new(AuditActions.DeviceDeleted, "asset-1", async (world, actor) => (await world.Portal.Get<DeviceService>().DeleteAsync(actor, AssetSelector.Asset("asset-1"))).Error),
        new(AuditActions.DevicesImported, null, async (world, actor) => (await world.Portal.Get<ImportService>().ApplyAsync(actor, world.Import)).Error),
        new(AuditActions.DeviceReplaced, "asset-1", async (world, actor) => (await world.Portal.ReplaceAsync(actor, "asset-1", "key-fresh")).Error),
        new(AuditActions.SecretReissued, "asset-1", async (world, actor) => (await world.Portal.Get<ReplacementService>().ReissueAsync(
            actor, new ReissueSecretRequest(AssetSelector.Asset("asset-1"), ReplacementReason.Other))).Error),
        new(AuditActions.SecretDisplayed, "asset-grant", async (world, actor) => (await world.Portal.ReadSecretAsync(actor, world.Grant)).Error),
        new(AuditActions.SecretCopied, "asset-shown", async (world, actor) => (await world.Portal.Get<RevealService>().RecordCopyAsync(actor, world.DisplayedGrant)).Error),
        new(AuditActions.SecretAcknowledged, "asset-shown", async (world, actor) => (await world.Portal.Get<RevealService>().AcknowledgeAsync(actor, world.DisplayedGrant)).Error),
        new(AuditActions.AccountDisabled, null, async (world, actor) => (await world.Portal.Get<AccountService>().DisableAsync(actor, world.AccountId)).Error),
        new(AuditActions.AccountEnabled, null, async (world, actor) => (await world.Portal.Get<AccountService>().EnableAsync(actor, world.DisabledAccountId)).Error),
        new(AuditActions.SessionsEnded, null, async (world, actor) => (await world.Portal.Get<AccountService>().EndSessionsAsync(actor, world.AccountId)).Error),
        new(AuditActions.AuditVerified, null, async (world, actor) => (await world.Portal.Get<AuditVerifier>().VerifyAsync(actor)).Error),
        new(AuditActions.AuditExported, null, async (world, actor) => (await world.Portal.Get<AuditExport>().ExportAsync(actor, new AuditFilter(), () => new MemoryStream())).Error),
        new(AuditActions.DevicesExported, null, async (world, actor) => (await world.Portal.Get<DeviceExport>().StartAsync(
            actor, new DeviceExportRequest(new DeviceQuery { OrganizationId = TestPortal.Organization }, []))).Error),
        new(AuditActions.ViewSaved, null, async (world, actor) => (await world.Portal.Get<SavedViewService>().SaveAsync(actor, "another", "q=2")).Error),
        new(AuditActions.LayoutSaved, null, async (world, actor) => (await world.Portal.Get<SavedViewService>().SaveLayoutAsync(actor, "cols=name")).Error),
        new(AuditActions.ApplicationCreated, null, async (world, actor) => (await world.Portal.Get<ApplicationService>().CreateAsync(
            actor, new CreateApplicationRequest(TestPortal.Organization, "Another", Right.Read))).Error),
        new(AuditActions.ApplicationEdited, null, async (world, actor) => (await world.Portal.Get<ApplicationService>().EditAsync(
            actor, new EditApplicationRequest(world.Application.AccessKey, null, "Other name", Right.Read, false, null))).Error),
        new(AuditActions.ApplicationEnabled, null, async (world, actor) => (await world.Portal.Get<ApplicationService>().EnableAsync(actor, world.Application.AccessKey)).Error),
        new(AuditActions.ApplicationDisabled, null, async (world, actor) => (await world.Portal.Get<ApplicationService>().DisableAsync(actor, world.Application.AccessKey)).Error),
        new(AuditActions.ApplicationDeleted, null, async (world, actor) => (await world.Portal.Get<ApplicationService>().DeleteAsync(actor, world.Application.AccessKey)).Error),
        new(AuditActions.ApplicationSecretRotated, null, async (world, actor) => (await world.Portal.Get<ApplicationService>().RotateSecretAsync(actor, world.Application.AccessKey)).Error),
        new(AuditActions.PublicKeyRegistered, null, async (world, actor) => (await world.Portal.Get<ApplicationKeyService>().RegisterKeyAsync(
            actor, new RegisterKeyRequest(world.Application.AccessKey, TestApplication.SecondKey.ExportSubjectPublicKeyInfoPem(), CutsAtOnce: true))).Error),
        new(AuditActions.PublicKeyRemoved, null, async (world, actor) => (await world.Portal.Get<ApplicationKeyService>().RemoveKeyAsync(
            actor, world.Application.AccessKey, TestApplication.Fingerprint(TestApplication.FirstKey))).Error),
        new(AuditActions.PublicKeySwitched, null, async (world, actor) => (await world.Portal.Get<ApplicationKeyService>().SwitchKeyAsync(actor, world.Application.AccessKey)).Error),
        new(AuditActions.ProductCreated, null, async (world, actor) => (await world.Portal.Get<ProductService>().CreateAsync(
            actor, new CreateProductRequest(TestPortal.Organization, "New", "EnOS_Solar_Inverter"))).Error),
        new(AuditActions.ProductEdited, null, async (world, actor) => (await world.Portal.Get<ProductService>().UpdateAsync(
            actor, new UpdateProductRequest(TestPortal.Organization, "empty", IsPatch: true, "Other name"))).Error),
        new(AuditActions.ProductDeleted, null, async (world, actor) => (await world.Portal.Get<ProductService>().DeleteAsync(actor, TestPortal.Organization, "empty")).Error),
        new(AuditActions.ProductConfigured, null, async (world, actor) => (await world.Portal.Get<ProductSecretService>().ConfigureAsync(
            actor, new ConfigureProductRequest(TestPortal.Organization, "empty", AllowsSha1: true, AllowsActivation: true))).Error),
        new(AuditActions.ProductSecretMade, null, async (world, actor) => (await world.Portal.Get<ProductSecretService>().MakeAsync(actor, TestPortal.Organization, "empty")).Error),
        new(AuditActions.ViewDeleted, null, async (world, actor) => (await world.Portal.Get<SavedViewService>().DeleteAsync(actor, world.ViewId)).Error),
    ];

    public static TheoryData<string> Actions => [.. All.Select(command => command.Action)];

    public static Case Of(string action) => All.Single(command => command.Action == action);
}
