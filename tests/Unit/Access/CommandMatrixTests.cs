using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.AuditReview;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Imports;
using Portal.Core.MeasurePoints;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.Secrets;
using Portal.Core.Sessions;
using Portal.Core.Views;
using Unit.Support;

namespace Unit.Access;

/// <summary>
/// Every method of the core that takes an actor, by every role, relation to the organization and state of the account.
/// A new method without a row here fails <see cref="Matrix_EveryMethodThatTakesAnActor_HasARow"/>.
/// </summary>
public sealed class CommandMatrixTests
{
    private const string Asset = "target";
    private const string NewKey = "target-newer";
    private const string Allowed = "allowed";

    private static readonly ImportFile s_file = new("devices.csv", "00", []);

    private static readonly Dictionary<string, Row> s_rows = new()
    {
        ["AccessRules.GetAsync"] = new(Right.None, Allowed, async world => (await world.Get<AccessRules>().GetAsync(world.Actor)).Error),
        ["AccessRules.RequireAsync"] = new(Right.ReadAudit, Allowed, async world => (await world.Get<AccessRules>().RequireAsync(world.Actor, Right.ReadAudit)).Error),
        ["AccountService.ListAsync"] = new(Right.ManagePeople, nameof(AccountNotFound), async world =>
        {
            var list = await world.Get<AccountService>().ListAsync(world.Actor);
            return list.Error ?? (list.Value!.Any(account => account.Subject == "maker") ? null : new AccountNotFound(0));
        }),
        ["AccountService.DisableAsync"] = new(Right.ManagePeople, nameof(AccountNotFound), async world => (await world.Get<AccountService>().DisableAsync(world.Actor, world.MakerId)).Error),
        ["AccountService.EnableAsync"] = new(Right.ManagePeople, nameof(AccountNotFound), async world => (await world.Get<AccountService>().EnableAsync(world.Actor, world.MakerId)).Error),
        ["AccountService.EndSessionsAsync"] = new(Right.ManagePeople, nameof(AccountNotFound), async world => (await world.Get<AccountService>().EndSessionsAsync(world.Actor, world.MakerId)).Error),
        ["ApplicationKeyService.RegisterKeyAsync"] = new(Right.ManageApplications, nameof(ApplicationNotFound), async world => (await world.Get<ApplicationKeyService>().RegisterKeyAsync(
            world.Actor, new RegisterKeyRequest(world.AccessKey, TestApplication.FirstKey.ExportSubjectPublicKeyInfoPem(), CutsAtOnce: true))).Error),
        ["ApplicationKeyService.RemoveKeyAsync"] = new(Right.ManageApplications, nameof(ApplicationNotFound), async world => (await world.Get<ApplicationKeyService>().RemoveKeyAsync(world.Actor, world.AccessKey, "current")).Error),
        ["ApplicationKeyService.SwitchKeyAsync"] = new(Right.ManageApplications, nameof(ApplicationNotFound), async world => (await world.Get<ApplicationKeyService>().SwitchKeyAsync(world.Actor, world.AccessKey)).Error),
        ["ApplicationKeyService.UseKeyAsync"] = new(Right.ReadSecrets, Allowed, async world => (await world.Get<ApplicationKeyService>().UseKeyAsync(world.Actor, "pending")).Error),
        ["ApplicationQueries.ListAsync"] = new(Right.ManageApplications, nameof(OrganizationNotFound), async world => (await world.Get<ApplicationQueries>().ListAsync(world.Actor, TestPortal.Organization)).Error),
        ["ApplicationSecrets.OpenAsync"] = new(Right.ReadSecrets, nameof(AssetNotFound), async world =>
        {
            // It answers for those assets that there are.
            var secrets = await world.Get<ApplicationSecrets>().OpenAsync(world.Actor, [Asset]);
            secrets.Value?.Values.ToList().ForEach(opened => opened.Secret.Dispose());
            return secrets.Error ?? (secrets.Value!.Count == 1 ? null : new AssetNotFound(Asset));
        }),
        ["ApplicationSecrets.OpenMadeAsync"] = new(Right.ReadSecrets, nameof(AssetNotFound), async world =>
        {
            var result = await world.Get<ApplicationSecrets>().OpenMadeAsync(world.Actor, Asset, (int)world.Portal.Database.Scalar<long>($"SELECT credential_version FROM devices WHERE asset_id='{Asset}'"));
            result.Value?.Dispose();
            return result.Error;
        }),
        ["ApplicationSecrets.SealAsync"] = new(Right.ReadSecrets, nameof(AssetNotFound), async world =>
        {
            // It answers for those assets that there are.
            var secrets = await world.Get<ApplicationSecrets>().SealAsync(world.Actor, [Asset]);
            return secrets.Error ?? (secrets.Value!.Count == 1 ? null : new AssetNotFound(Asset));
        }),
        ["ApplicationService.CreateAsync"] = new(Right.ManageApplications, nameof(OrganizationNotFound), async world => (await world.Get<ApplicationService>().CreateAsync(
            world.Actor, new CreateApplicationRequest(TestPortal.Organization, "New", Right.Read))).Error),
        ["ApplicationService.EditAsync"] = new(Right.ManageApplications, nameof(ApplicationNotFound), async world => (await world.Get<ApplicationService>().EditAsync(
            world.Actor, new EditApplicationRequest(world.AccessKey, null, "Renamed", Right.Read, false, null))).Error),
        ["ApplicationService.RotateSecretAsync"] = new(Right.ManageApplications, nameof(ApplicationNotFound), async world => (await world.Get<ApplicationService>().RotateSecretAsync(world.Actor, world.AccessKey)).Error),
        ["ApplicationService.DisableAsync"] = new(Right.ManageApplications, nameof(ApplicationNotFound), async world => (await world.Get<ApplicationService>().DisableAsync(world.Actor, world.AccessKey)).Error),
        ["ApplicationService.EnableAsync"] = new(Right.ManageApplications, nameof(ApplicationNotFound), async world => (await world.Get<ApplicationService>().EnableAsync(world.Actor, world.AccessKey)).Error),
        ["ApplicationService.DeleteAsync"] = new(Right.ManageApplications, nameof(ApplicationNotFound), async world => (await world.Get<ApplicationService>().DeleteAsync(world.Actor, world.AccessKey)).Error),
        ["AssetQueries.GetAsync"] = new(Right.Read, nameof(AssetNotFound), async world => (await world.Get<AssetQueries>().GetAsync(world.Actor, Asset)).Error),
        ["AssetQueries.CheckNewKeyAsync"] = new(Right.Read, nameof(AssetNotFound), async world => (await world.Get<AssetQueries>().CheckNewKeyAsync(world.Actor, Asset, NewKey)).Error),
        ["AssetQueries.WaitingAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<AssetQueries>().WaitingAsync(world.Actor, TestPortal.Organization, 9)).Error),
        ["AssetQueries.RecentAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<AssetQueries>().RecentAsync(world.Actor, TestPortal.Organization, 9)).Error),
        ["AuditExport.ExportAsync"] = new(Right.ReadAudit, Allowed, async world => (await world.Get<AuditExport>().ExportAsync(world.Actor, new AuditFilter(), () => new MemoryStream())).Error),
        ["AuditQueries.SearchAsync"] = new(Right.ReadAudit, nameof(AssetNotFound), async world => None(await world.Get<AuditQueries>().SearchAsync(world.Actor, new AuditFilter(AssetId: Asset, Action: "device.replace")))),
        ["AuditQueries.OfAssetAsync"] = new(Right.Read, nameof(AssetNotFound), async world => None(await world.Get<AuditQueries>().OfAssetAsync(world.Actor, Asset))),
        ["AuditVerifier.VerifyAsync"] = new(Right.ReadAudit, Allowed, async world => (await world.Get<AuditVerifier>().VerifyAsync(world.Actor)).Error),
        ["DeviceExport.StartAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<DeviceExport>().StartAsync(world.Actor, Export())).Error),
        ["DeviceExport.WriteAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world =>
        {
            // It answers with rows or none: whoever may not start an export must not get one by leaving the start out.
            using var file = new MemoryStream();
            await world.Get<DeviceExport>().WriteAsync(world.Actor, new StartedDeviceExport(Export(), default), file);
            var error = (await world.Get<DeviceExport>().StartAsync(world.Actor, Export())).Error;
            Assert.Equal(error is null, System.Text.Encoding.UTF8.GetString(file.ToArray()).Contains(Asset, StringComparison.Ordinal));
            return error;
        }),
        ["DeviceQueries.SearchAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<DeviceQueries>().SearchAsync(world.Actor, Query())).Error),
        ["DeviceQueries.MatchAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<DeviceQueries>().MatchAsync(world.Actor, Query())).Error),
        ["DeviceQueries.RowsAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<DeviceQueries>().RowsAsync(world.Actor, TestPortal.Organization, [Asset])).Error),
        ["DeviceQueries.StatusCountsAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<DeviceQueries>().StatusCountsAsync(world.Actor, TestPortal.Organization)).Error),
        ["DeviceRecords.GetAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<DeviceRecords>().GetAsync(
            world.Actor, TestPortal.Organization, AssetSelector.Asset(Asset))).Error),
        ["DeviceRecords.SearchAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<DeviceRecords>().SearchAsync(
            world.Actor, new DeviceRecordQuery(TestPortal.Organization))).Error),
        ["DeviceService.CreateAsync"] = new(Right.ManageDevices, nameof(OrganizationNotFound), async world => (await world.Get<DeviceService>().CreateAsync(
            world.Actor, new CreateDeviceRequest(TestPortal.Organization, $"inverter-{TestPortal.Organization}", "New", "+01:00"))).Error),
        ["DeviceService.EnableAsync"] = new(Right.ManageDevices, nameof(AssetNotFound), async world => (await world.Get<DeviceService>().EnableAsync(world.Actor, AssetSelector.Asset(Asset))).Error, IsDisabled: true),
        ["DeviceService.DisableAsync"] = new(Right.ManageDevices, nameof(AssetNotFound), async world => (await world.Get<DeviceService>().DisableAsync(
            world.Actor, AssetSelector.Key($"inverter-{TestPortal.Organization}", "target-new"))).Error),
        ["DeviceService.EnableManyAsync"] = new(Right.ManageDevices, nameof(AssetNotFound), async world => None(await world.Get<DeviceService>().EnableManyAsync(world.Actor, [Asset])), IsDisabled: true),
        ["DeviceService.DisableManyAsync"] = new(Right.ManageDevices, nameof(AssetNotFound), async world => None(await world.Get<DeviceService>().DisableManyAsync(world.Actor, [Asset]))),
        ["DeviceService.DeleteAsync"] = new(Right.ManageDevices, nameof(AssetNotFound), async world => (await world.Get<DeviceService>().DeleteAsync(world.Actor, AssetSelector.Asset(Asset))).Error),
        ["DeviceUpdateService.UpdateAsync"] = new(Right.ManageDevices, nameof(AssetNotFound), async world => (await world.Get<DeviceUpdateService>().UpdateAsync(
            world.Actor, new UpdateDeviceRequest(AssetSelector.Asset(Asset), IsPatch: true) { Name = "Renamed" })).Error),
        ["ImportService.PreviewAsync"] = new(Right.ManageDevices, nameof(OrganizationNotFound), async world => (await world.Get<ImportService>().PreviewAsync(world.Actor, TestPortal.Organization, s_file)).Error),
        ["ImportService.ApplyAsync"] = new(Right.ManageDevices, nameof(OrganizationNotFound), async world => (await world.Get<ImportService>().ApplyAsync(
            world.Actor, new ImportPreview(TestPortal.Organization, s_file, [], new ImportCounts(0, 0, 0, 0)))).Error),
        ["ConnectionQueries.ReadAsync"] = new(Right.Read, nameof(AssetNotFound), async world => (await world.Get<ConnectionQueries>().ReadAsync(world.Actor, Asset)).Error),
        ["ConnectionQueries.KnocksAsync"] = new(Right.Read, Allowed, async world => (await world.Get<ConnectionQueries>().KnocksAsync(world.Actor, [Asset])).Error),
        ["MeasureQueries.PointsAsync"] = new(Right.Read, nameof(AssetNotFound), async world => (await world.Get<MeasureQueries>().PointsAsync(world.Actor, Asset)).Error),
        ["MeasureQueries.ReadAsync"] = new(Right.Read, nameof(AssetNotFound), async world => (await world.Get<MeasureQueries>().ReadAsync(world.Actor, Asset, "power", SeriesRange.Day)).Error),
        ["SeriesExport.StartAsync"] = new(Right.Read, nameof(AssetNotFound), async world => (await world.Get<SeriesExport>().StartAsync(world.Actor, Asset, "power", SeriesRange.Day)).Error),
        ["ProductQueries.ListAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<ProductQueries>().ListAsync(world.Actor, TestPortal.Organization)).Error),
        ["ProductQueries.OverviewAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<ProductQueries>().OverviewAsync(world.Actor, TestPortal.Organization)).Error),
        ["ProductRecords.GetAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<ProductRecords>().GetAsync(
            world.Actor, TestPortal.Organization, $"inverter-{TestPortal.Organization}")).Error),
        ["ProductRecords.SearchAsync"] = new(Right.Read, nameof(OrganizationNotFound), async world => (await world.Get<ProductRecords>().SearchAsync(
            world.Actor, new ProductRecordQuery(TestPortal.Organization))).Error),
        ["ProductSecretService.ConfigureAsync"] = new(Right.ManageDevices, nameof(OrganizationNotFound), async world => (await world.Get<ProductSecretService>().ConfigureAsync(
            world.Actor, new ConfigureProductRequest(TestPortal.Organization, $"inverter-{TestPortal.Organization}", AllowsSha1: false, AllowsActivation: false))).Error),
        ["ProductSecretService.MakeAsync"] = new(Right.ManageDevices, nameof(OrganizationNotFound), async world => (await world.Get<ProductSecretService>().MakeAsync(
            world.Actor, TestPortal.Organization, $"inverter-{TestPortal.Organization}")).Error),
        ["ProductService.CreateAsync"] = new(Right.ManageDevices, nameof(OrganizationNotFound), async world => (await world.Get<ProductService>().CreateAsync(
            world.Actor, new CreateProductRequest(TestPortal.Organization, "New", "EnOS_Solar_Inverter"))).Error),
        ["ProductService.UpdateAsync"] = new(Right.ManageDevices, nameof(OrganizationNotFound), async world => (await world.Get<ProductService>().UpdateAsync(
            world.Actor, new UpdateProductRequest(TestPortal.Organization, $"inverter-{TestPortal.Organization}", IsPatch: true, "Renamed"))).Error),
        ["ProductService.DeleteAsync"] = new(Right.ManageDevices, nameof(OrganizationNotFound), async world => (await world.Get<ProductService>().DeleteAsync(world.Actor, TestPortal.Organization, "empty")).Error),
        ["ReplacementService.ReplaceAsync"] = new(Right.Replace, nameof(AssetNotFound), async world => (await world.Get<ReplacementService>().ReplaceAsync(
            world.Actor, new ReplaceDeviceRequest(AssetSelector.Asset(Asset), NewKey, SecretDelivery.Reveal, ReplacementReason.Broken))).Error),
        ["RefusedCalls.AuditAsync"] = new(Right.None, Allowed, async world =>
        {
            world.Portal.Clock.Advance(TimeSpan.FromMinutes(1)); // only so many are written in one
            return world.Actor is null ? new NotSignedIn()
                : await world.Get<RefusedCalls>().AuditAsync(world.Actor, "Devices create", new DeviceKeyUnchanged("k")) is var error and not CallInvalid ? error : null;
        }),
        ["ReplacementService.ReissueAsync"] = new(Right.Replace, nameof(AssetNotFound), async world => (await world.Get<ReplacementService>().ReissueAsync(
            world.Actor, new ReissueSecretRequest(AssetSelector.Asset(Asset), ReplacementReason.Broken))).Error),
        ["RevealService.DisplayAsync"] = new(Right.Replace, nameof(RevealNotFound), async world =>
        {
            var result = await world.Get<RevealService>().DisplayAsync(world.Actor, world.GrantId);
            result.Value?.Dispose();
            return result.Error;
        }),
        ["RevealService.AcknowledgeAsync"] = new(Right.Replace, nameof(RevealNotFound), async world => (await world.Get<RevealService>().AcknowledgeAsync(world.Actor, world.GrantId)).Error),
        ["RevealService.RecordCopyAsync"] = new(Right.Replace, nameof(RevealNotFound), async world => (await world.Get<RevealService>().RecordCopyAsync(world.Actor, world.GrantId)).Error),
        ["RevealService.MineAsync"] = new(Right.Read, nameof(RevealNotFound), async world =>
        {
            var mine = await world.Get<RevealService>().MineAsync(world.Actor);
            return mine.Error ?? (mine.Value!.Count == 1 ? null : new RevealNotFound(default));
        }),
        ["SavedViewService.MineAsync"] = new(Right.Read, Allowed, async world => (await world.Get<SavedViewService>().MineAsync(world.Actor)).Error),
        ["SavedViewService.LayoutAsync"] = new(Right.Read, Allowed, async world => (await world.Get<SavedViewService>().LayoutAsync(world.Actor)).Error),
        ["SavedViewService.SaveLayoutAsync"] = new(Right.Read, Allowed, async world => (await world.Get<SavedViewService>().SaveLayoutAsync(world.Actor, "cols=name")).Error),
        ["SavedViewService.SaveAsync"] = new(Right.Read, Allowed, async world => (await world.Get<SavedViewService>().SaveAsync(world.Actor, "mine", "q=a")).Error),
        ["SavedViewService.DeleteAsync"] = new(Right.Read, Allowed, async world => (await world.Get<SavedViewService>().DeleteAsync(world.Actor, world.ViewId)).Error),
        ["SessionService.SignOutAsync"] = new(Right.None, Allowed, async world => (await world.Get<SessionService>().SignOutAsync(world.Actor)).Error, EndedMay: true),
    };

    public enum Relation
    {
        Own,
        Foreign,
        None,
    }

    public enum State
    {
        Active,
        Disabled,
        SessionEnded,
        SessionExpired,
        OtherSubject,
        OtherIssuer,
        UnknownSession,
        NoActor,
    }

    public static TheoryData<string> Methods { get; } = [.. s_rows.Keys];

    [Fact]
    [Trait("Requirement", "R-28")]
    [Trait("Requirement", "R-30")]
    public void Matrix_EveryMethodThatTakesAnActor_HasARow()
    {
        var services = new ServiceCollection().AddPortalCore(new ConfigurationBuilder().Build())
            .Select(service => service.ImplementationType ?? service.ServiceType)
            .Where(type => type.Assembly == typeof(CoreServices).Assembly && !type.IsGenericType).Distinct();
        var methods = services.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Actor)))
            .Select(method => $"{type.Name}.{method.Name}")).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(s_rows.Keys.Order(StringComparer.Ordinal), methods);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    [Trait("Requirement", "R-28")]
    [Trait("Requirement", "R-30")]
    public async Task Method_ByRoleOrganizationAndAccountState_IsAllowedOrRefusedAsTheMatrixSays(string method)
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddOrganizationAsync(TestPortal.Organization);
        await portal.AddOrganizationAsync(TestPortal.OtherOrganization);
        var row = s_rows[method];
        foreach (var role in Role.All.Append(null))
        {
            foreach (var relation in Enum.GetValues<Relation>())
            {
                foreach (var state in Enum.GetValues<State>())
                {
                    // Who is not let in, or has not the right, is refused before anybody looks where they belong: every pair of them under --long.
                    var hasRight = (role ?? new Role("", Right.None)).Rights.HasFlag(row.Right);
                    if (Scale.IsLong || (state == State.Active ? hasRight || relation == Relation.Own : role == Role.Administrator && relation == Relation.Own))
                    {
                        await CheckAsync(portal, method, row, role, relation, state);
                    }
                }
            }
        }
    }

    private static async Task CheckAsync(TestPortal portal, string method, Row row, Role? role, Relation relation, State state)
    {
        var world = await World.CreateAsync(portal, row, role, relation, state);
        var before = portal.Database.Snapshot("audit_entries");
        var outcome = (await row.Call(world))?.GetType().Name ?? Allowed;

        var identified = state is State.Active || (row.EndedMay && state is State.Disabled or State.SessionEnded or State.SessionExpired);
        var expected = !identified ? nameof(NotSignedIn)
            : !(role ?? new Role("", Right.None)).Rights.HasFlag(row.Right) ? nameof(AccessDenied)
            : relation == Relation.Own ? Allowed : row.Elsewhere;
        Assert.True(expected == outcome, $"{method} as {role?.Name ?? "nobody"}, {relation}, {state}: expected {expected}, was {outcome}");
        if (outcome != Allowed)
        {
            Assert.True(before == portal.Database.Snapshot("audit_entries"), $"{method} as {role?.Name}, {relation}, {state} was refused and changed something");
        }
    }

    /// <summary>An application, its right and its organization are all that decides: no session, no role.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    [Trait("Requirement", "R-28")]
    public async Task Method_ByAnApplication_IsAllowedOrRefusedAsTheMatrixSays(string method)
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddOrganizationAsync(TestPortal.Organization);
        await portal.AddOrganizationAsync(TestPortal.OtherOrganization);
        var row = s_rows[method];
        const Right All = (Right)127;
        (string Organization, Right Rights, bool IsDisabled, string Expected)[] cases =
        [
            (TestPortal.Organization, All, true, nameof(NotSignedIn)), (TestPortal.Organization, All & ~row.Right, false, nameof(AccessDenied)),
            (TestPortal.OtherOrganization, All & ~row.Right, false, nameof(AccessDenied)), (TestPortal.Organization, All, false, Allowed),
            (TestPortal.OtherOrganization, All, false, row.Elsewhere),
        ];

        // What is a person's own (grants, views, the sign-in) is no application's; the rights to see and to confirm one come first all the same.
        var isPersonal = method.StartsWith("RevealService.", StringComparison.Ordinal) || method.StartsWith("SavedViewService.", StringComparison.Ordinal);
        foreach (var (organization, rights, isDisabled, expected) in cases)
        {
            if (row.EndedMay || (row.Right == Right.None && expected == nameof(AccessDenied)) || (isPersonal && expected == Allowed)
                || (method == "ApplicationKeyService.UseKeyAsync" && expected == nameof(AccessDenied))
                || (method == "ApplicationSecrets.OpenMadeAsync" && expected == nameof(AccessDenied) && organization != TestPortal.Organization)) // not there, for it
            {
                continue;
            }

            var world = await World.CreateAsync(portal, row, Role.Administrator, Relation.Own, State.Active);
            var caller = await AddApplicationAsync(portal, organization, rights, allowsClearText: true);
            portal.Database.Execute($"UPDATE applications SET disabled_at={(isDisabled ? "1" : "NULL")} WHERE access_key='{caller}'");
            var outcome = (await row.Call(world with { Actor = ApplicationIdentity.Of(caller, "Fleet sync", null) }))?.GetType().Name ?? Allowed;
            Assert.True(expected == outcome || isPersonal, $"{method} as an application of {organization} with {rights}: expected {expected}, was {outcome}");
            Assert.True(expected != nameof(NotSignedIn) || outcome == expected, $"{method} by a disabled application: was {outcome}");
        }
    }

    private static async Task<string> AddApplicationAsync(TestPortal portal, string organizationId, Right rights, bool allowsClearText = false)
    {
        var organization = await portal.AddOrganizationAsync(organizationId);
        var accessKey = Guid.NewGuid().ToString();
        var spki = TestApplication.FirstKey.ExportSubjectPublicKeyInfo();
        await portal.WriteAsync(db => db.Applications.Add(new Application
        {
            OrganizationNumber = organization.Number,
            AccessKey = accessKey,
            Name = "Fleet sync",
            Rights = rights,
            AllowsClearText = allowsClearText,
            Version = 1,
            CreatedByName = "maker",
            ChangedByName = "maker",
            Credential = new ApplicationCredential { Version = 1, KeyId = "k1", Sealed = [1] },
        }));
        portal.Database.Execute(
            $"""
            INSERT INTO application_public_keys (application_id, spki, fingerprint, size_in_bits, created_at, state)
                SELECT id, x'{Convert.ToHexString(spki)}', '{(allowsClearText ? TestApplication.Fingerprint(TestApplication.FirstKey) : "current")}', 2048, 0, 0 FROM applications WHERE access_key='{accessKey}';
            INSERT INTO application_public_keys (application_id, spki, fingerprint, size_in_bits, created_at, state)
                SELECT id, x'00', 'pending', 2048, 0, 1 FROM applications WHERE access_key='{accessKey}';
            """);
        return accessKey;
    }

    private static DeviceExportRequest Export() => new(Query(), []);

    private static DeviceQuery Query() => new() { OrganizationId = TestPortal.Organization, Text = Asset };

    private static Error? None(Result<AuditPage> page) => page.Error ?? (page.Value!.Lines.Count > 0 ? null : new AssetNotFound(""));

    private static Error? None(Result<ChangedDevices> changed) => changed.Error ?? (changed.Value!.Changed > 0 ? null : new AssetNotFound(""));

    /// <param name="Right">What it takes.</param>
    /// <param name="Elsewhere">What one with the right gets who does not belong to the organization.</param>
    /// <param name="EndedMay">Whether it may be asked for after the session ended.</param>
    private sealed record Row(Right Right, string Elsewhere, Func<World, Task<Error?>> Call, bool IsDisabled = false, bool EndedMay = false);

    /// <summary>One device, replaced by somebody of its organization, whose reveal grant and saved view belong to the one who asks.</summary>
    private sealed record World(TestPortal Portal, Actor? Actor, long MakerId, Guid GrantId, long ViewId, string AccessKey)
    {
        public T Get<T>()
            where T : notnull => Portal.Get<T>();

        public static async Task<World> CreateAsync(TestPortal portal, Row row, Role? role, Relation relation, State state)
        {
            portal.Database.Execute("DELETE FROM replacements; DELETE FROM reveal_grants; DELETE FROM devices; DELETE FROM saved_views; DELETE FROM application_public_keys; DELETE FROM applications; UPDATE accounts SET disabled_at=NULL");
            var maker = await portal.SignInAsync("maker", Role.FullAccess);
            var grantId = await portal.OpenGrantAsync(maker, Asset);
            await portal.AddProductAsync("empty");
            var accessKey = await AddApplicationAsync(portal, TestPortal.Organization, Right.Read);
            string[] organizations = relation switch
            {
                Relation.Own => [TestPortal.Organization],
                Relation.Foreign => [TestPortal.OtherOrganization],
                _ => [],
            };
            var person = new IdentifiedPerson(TestPortal.Issuer, "asker", "asker", role is null ? [] : [role.Name], organizations, null, "192.0.2.1");
            var actor = (await portal.Get<SessionService>().SignInAsync(person)).Value!;
            portal.Database.Execute(
                $"""
                UPDATE reveal_grants SET owner_subject='asker', displays=1;
                UPDATE devices SET status={(int)(row.IsDisabled ? DeviceStatus.Disabled : DeviceStatus.Inactive)};
                INSERT INTO saved_views (owner_issuer, owner_subject, name, query) VALUES ('{TestPortal.Issuer}', 'asker', 'old', 'q');
                """);
            portal.Database.Execute(state switch
            {
                State.Disabled => "UPDATE accounts SET disabled_at=1 WHERE subject='asker'",
                State.SessionEnded => $"UPDATE sessions SET ended_at=1 WHERE id='{actor.SessionId}'",
                State.SessionExpired => $"UPDATE sessions SET expires_at={portal.Clock.GetUtcNow().ToUnixTimeMilliseconds()} WHERE id='{actor.SessionId}'",
                _ => "SELECT 1",
            });
            return new World(
                portal,
                state switch
                {
                    State.OtherSubject => actor with { Subject = "maker" },
                    State.OtherIssuer => actor with { Issuer = "https://elsewhere.test" },
                    State.UnknownSession => actor with { SessionId = "guessed" },
                    State.NoActor => null,
                    _ => actor,
                },
                await portal.ReadAsync(db => db.Accounts.Where(account => account.Subject == "maker").Select(account => account.Id).SingleAsync()),
                grantId,
                portal.Database.Scalar<long>("SELECT id FROM saved_views"),
                accessKey);
        }
    }
}
