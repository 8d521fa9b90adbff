using Microsoft.AspNetCore.Components;
using Mono.Cecil;

namespace Unit.Architecture;

/// <summary>The shape that the code must keep; each rule says in its message what broke it.</summary>
public sealed class ShapeTests
{
    private const string Root = "Portal.Core.";

    [Fact]
    public void Features_OfTheCore_DependOnEachOtherInOneDirection()
    {
        // Persistence maps every feature's entities, and so knows them all: it is infrastructure, like the root namespace.
        var uses = CodeOf.Types(CodeOf.Core)
            .SelectMany(type => CodeOf.References(type).Select(reference => (From: Feature(type), To: Feature(reference))))
            .Where(pair => pair.From is not (null or "Persistence") && pair.To is not (null or "Persistence") && pair.From != pair.To)
            .Distinct().ToLookup(pair => pair.From!, pair => pair.To!);
        Assert.NotEmpty(uses);

        var cycles = uses.Select(group => Path(uses, group.Key, group.Key, [])).Where(path => path is not null).Select(path => string.Join(" -> ", path!));
        Assert.Empty(cycles);
    }

    [Fact]
    public void Core_KnowsNoDoor()
    {
        string[] doors = ["Microsoft.AspNetCore", "Microsoft.JSInterop", "MudBlazor", "MQTTnet", "System.Net.Http", "OpenIddict", "Portal.Layout", "Portal.Features"];
        string[] allowed = ["Microsoft.AspNetCore.DataProtection"];
        var offenders = CodeOf.Types(CodeOf.Core)
            .SelectMany(type => CodeOf.References(type).Select(reference => (type.FullName, To: reference.Namespace)))
            .Where(pair => doors.Any(door => pair.To.StartsWith(door, StringComparison.Ordinal)) && !allowed.Any(door => pair.To.StartsWith(door, StringComparison.Ordinal)))
            .Distinct();
        Assert.Empty(offenders);
    }

    [Fact]
    [Trait("Requirement", "R-30")]
    [Trait("Requirement", "R-38")]
    public void Components_SeeNoDatabaseNoEntityAndNoSecret()
    {
        var entities = typeof(Portal.Core.Persistence.PortalDbContext).GetProperties()
            .Where(property => property.PropertyType.IsGenericType && property.PropertyType.Name.StartsWith("DbSet", StringComparison.Ordinal))
            .Select(property => property.PropertyType.GetGenericArguments()[0].FullName!);
        string[] forbidden =
        [
            .. entities, typeof(Portal.Core.Secrets.DeviceSecret).FullName!, typeof(Portal.Core.Secrets.SecretKey).FullName!, typeof(Portal.Core.Secrets.SecretBytes).FullName!, typeof(Portal.Core.Secrets.SecretVault).FullName!,
            typeof(Portal.Core.Reveals.RevealedSecret).FullName!, "Microsoft.AspNetCore.Http.IHttpContextAccessor",
            "Microsoft.AspNetCore.Components.PersistentStateAttribute", "Microsoft.AspNetCore.Components.PersistentComponentState",
        ];
        var offenders = CodeOf.Types(CodeOf.Portal).Where(type => IsComponent(CodeOf.Outermost(type)))
            .SelectMany(type => CodeOf.References(type).Select(reference => (Component: CodeOf.Outermost(type).FullName, Uses: reference.FullName)))
            .Where(pair => forbidden.Contains(pair.Uses)
                || pair.Uses.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal)
                || pair.Uses.StartsWith("Portal.Core.Persistence", StringComparison.Ordinal)
                || pair.Uses.Contains("ProtectedBrowserStorage"))

            // The list keeps its first page of rows from the document to the circuit; none of the types above is within its reach.
            .Where(pair => (pair.Component, pair.Uses) != (typeof(Portal.Features.Devices.DeviceListPage).FullName, "Microsoft.AspNetCore.Components.PersistentStateAttribute"))
            .Distinct();
        Assert.Empty(offenders);
    }

    [Fact]
    public void Credentials_AreWrittenInOnePlaceEach()
    {
        OnlyFrom(to => IsWrite(to, typeof(Portal.Core.Secrets.Credential)), "Portal.Core.Devices.DeviceCredentials", "Portal.Core.Secrets.Credential");
        OnlyFrom(
            to => IsWrite(to, typeof(Portal.Core.Secrets.ApplicationCredential)), "Portal.Core.Applications.ApplicationCredentials", "Portal.Core.Secrets.ApplicationCredential");
        OnlyFrom(to => IsWrite(to, typeof(Portal.Core.Secrets.ProductCredential)), "Portal.Core.Products.ProductSecretService", "Portal.Core.Secrets.ProductCredential");

        static bool IsWrite(MethodReference to, Type type) =>
            to.DeclaringType.FullName == type.FullName && (to.Name == ".ctor" || to.Name.StartsWith("set_", StringComparison.Ordinal));
    }

    [Fact]
    public void Secrets_AreMadeInOnePlaceEachAndOpenedInFew()
    {
        OnlyFrom(to => to.DeclaringType.Name == "DeviceSecret" && to.Name == "Generate", "Portal.Core.Devices.DeviceCredentials", "Portal.Core.Products.ProductSecretService");
        OnlyFrom(to => to.DeclaringType.Name == "SecretKey" && to.Name == "Generate", "Portal.Core.Applications.ApplicationCredentials");
        OnlyFrom(to => to.DeclaringType.Name == "SecretVault" && to.Name == "Seal", "Portal.Core.Devices.DeviceCredentials", "Portal.Core.Applications.ApplicationCredentials", "Portal.Core.Products.ProductSecretService");

        // To one person for a while, to an application, or to check what a device signed; nowhere else.
        OnlyFrom(to => to.DeclaringType.Name == "SecretVault" && to.Name == "Open", "Portal.Core.Reveals.RevealService", "Portal.Core.Devices.ApplicationSecrets", "Portal.Core.Connections.DeviceProof");
        OnlyFrom(to => to.DeclaringType.Name == "SecretVault" && to.Name == "OpenSecretKey", "Portal.Core.Reveals.RevealService", "Portal.Core.Applications.ApplicationCredentials");
        OnlyFrom(
            to => to.DeclaringType.Name == "ApplicationCredentials" && to.Name == "Open",
            "Portal.Core.Applications.AccessTokenService", "Portal.Core.Applications.RequestSignatures", "Portal.Core.SampleFleet.DemoApplication");
        OnlyFrom(to => to.DeclaringType.Name == "SecretEnvelope" && to.Name is ("Seal" or "SealAside"), "Portal.Core.Devices.DeviceCredentials", "Portal.Core.Devices.ApplicationSecrets");
    }

    [Fact]
    [Trait("Requirement", "R-30")]
    public void Doors_ReachNoDatabase()
    {
        var offenders = CodeOf.Types(CodeOf.Portal)
            .SelectMany(type => CodeOf.References(type).Select(reference => (Door: CodeOf.Outermost(type).FullName, Uses: reference.FullName)))
            .Where(pair => pair.Uses == typeof(Portal.Core.Persistence.PortalDbContext).FullName || pair.Uses.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal));
        Assert.Empty(offenders.Distinct());
    }

    [Fact]
    public void DeviceKeys_AreWrittenByCreationAndReplacementOnly() =>
        OnlyFrom(to => to.DeclaringType.FullName == typeof(Portal.Core.Devices.Device).FullName && to.Name == "set_DeviceKey",
            "Portal.Core.Replacements.ReplacementService", "Portal.Core.Devices.DeviceService", "Portal.Core.Imports.", "Portal.Core.SampleFleet.");

    [Fact]
    public void WriteTransactions_AreOpenedByTheDatabaseOnly() =>
        OnlyFrom(to => to.Name.StartsWith("BeginTransaction", StringComparison.Ordinal), "Portal.Core.Persistence.Sqlite.");

    [Fact]
    public void Saving_OutsideATransactionOfTheWriter_IsDoneByNobody()
    {
        // A context from the factory is for reading: whoever saves takes the one that a write unit hands over.
        var savers = CodeOf.Calls(CodeOf.Core).Concat(CodeOf.Calls(CodeOf.Portal))
            .Where(call => call.To.Name is "SaveChangesAsync" or "SaveChanges" or "ExecuteUpdateAsync" or "ExecuteDeleteAsync").Select(call => call.From.FullName).Distinct();
        var readers = CodeOf.Calls(CodeOf.Core).Concat(CodeOf.Calls(CodeOf.Portal))
            .Where(call => call.To.Name.StartsWith("CreateDbContext", StringComparison.Ordinal)).Select(call => call.From.FullName).ToHashSet();

        // These do both, each with its own: checked by eye.
        string[] known =
        [
            "Portal.Core.Live.OutboxDispatcher", "Portal.Core.Sessions.SessionTicketStore", "Portal.Core.Sessions.SessionService", "Portal.Core.SampleFleet.FleetSeeder",
        ];
        Assert.Empty(savers.Where(readers.Contains).Except(known));
    }

    [Fact]
    [Trait("Requirement", "R-47")]
    public void Randomness_ComesFromTheSystemsGeneratorOnly() =>
        OnlyFrom(to => to.DeclaringType.FullName == "System.Random", "Portal.Core.SampleFleet.");

    private static void OnlyFrom(Func<MethodReference, bool> isSuch, params string[] allowed)
    {
        var offenders = CodeOf.Calls(CodeOf.Core).Concat(CodeOf.Calls(CodeOf.Portal))
            .Where(call => isSuch(call.To) && !allowed.Any(place => call.From.FullName == place || (place.EndsWith('.') && call.From.FullName.StartsWith(place, StringComparison.Ordinal))))
            .Select(call => $"{call.From.FullName} calls {call.To.DeclaringType.Name}.{call.To.Name}").Distinct();
        Assert.Empty(offenders);
    }

    private static bool IsComponent(TypeDefinition type)
    {
        var found = typeof(Portal.PortalRoutes).Assembly.GetType(type.FullName);
        return found is not null && typeof(IComponent).IsAssignableFrom(found);
    }

    private static string? Feature(TypeReference type)
    {
        var place = type.DeclaringType is null ? type.Namespace : Outer(type).Namespace;
        return place.StartsWith(Root, StringComparison.Ordinal) ? place[Root.Length..].Split('.')[0] : null;
    }

    private static TypeReference Outer(TypeReference type) => type.DeclaringType is null ? type : Outer(type.DeclaringType);

    private static List<string>? Path(ILookup<string, string> uses, string from, string to, HashSet<string> seen)
    {
        foreach (var next in uses[from])
        {
            if (next == to)
            {
                return [from, to];
            }

            if (seen.Add(next) && Path(uses, next, to, seen) is { } path)
            {
                return [from, .. path];
            }
        }

        return null;
    }
}
