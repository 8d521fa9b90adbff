using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Imports;
using Portal.Core.Persistence;
using Portal.Core.Replacements;
using Portal.Core.Secrets;
using Portal.Core.Sessions;

namespace Bench.PortalUnderTest;

/// <summary>The core's services on a database, with a person signed in: every call is decided as any other is.</summary>
internal sealed class CorePortal : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly Actor _actor;
    private readonly string _organizationId;
    private readonly DeviceQueries _queries;
    private readonly ReplacementService _replacements;
    private readonly AccessRules _rules;

    private CorePortal(ServiceProvider services, Actor actor, string organizationId)
    {
        (_services, _actor, _organizationId) = (services, actor, organizationId);
        _queries = services.GetRequiredService<DeviceQueries>();
        _replacements = services.GetRequiredService<ReplacementService>();
        _rules = services.GetRequiredService<AccessRules>();
    }

    public static async Task<CorePortal> OpenAsync(string database, string organizationId)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Database:ConnectionString", $"Data Source={database}")]).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddSingleton(SecretKeyRing.Create());
        services.AddPortalCore(configuration);
        var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IPortalDatabase>().MigrateAsync();
        var person = new IdentifiedPerson("https://bench.invalid", "bench", "Benchmark", [Role.FullAccess.Name], [organizationId], null, null);
        var signedIn = await provider.GetRequiredService<SessionService>().SignInAsync(person);
        return new CorePortal(provider, signedIn.Value ?? throw new InvalidOperationException(signedIn.Error!.Message), organizationId);
    }

    /// <param name="withCount">Also how many match, as the portal's page shows it; the reference does not count.</param>
    public async Task<IReadOnlyList<DeviceRow>> FindAsync(string text, bool withCount = false)
    {
        var query = new DeviceQuery { OrganizationId = _organizationId, Text = text, PageSize = 25, WithCount = withCount };
        var page = await _queries.SearchAsync(_actor, query);
        return page.IsSuccess ? page.Value.Rows : throw new InvalidOperationException(page.Error.Message);
    }

    /// <summary>What every call begins with and the reference does not do: is the session alive, and what may it.</summary>
    public async Task CheckAccessAsync()
    {
        if (!(await _rules.RequireAsync(_actor, Right.Read, _organizationId)).IsSuccess)
        {
            throw new InvalidOperationException("The session ended.");
        }
    }

    public async Task<DevicePage> PageAsync(DeviceQuery query)
    {
        var page = await _queries.SearchAsync(_actor, query with { OrganizationId = _organizationId });
        return page.IsSuccess ? page.Value : throw new InvalidOperationException(page.Error.Message);
    }

    public async Task StatusCountsAsync()
    {
        if (!(await _queries.StatusCountsAsync(_actor, _organizationId)).IsSuccess)
        {
            throw new InvalidOperationException("No counts.");
        }
    }

    /// <summary>Takes a file of devices as the page does: read, judge, write.</summary>
    /// <param name="writing">Called when the verdicts are made and the writing begins.</param>
    public async Task ImportAsync(Stream file, Action writing)
    {
        var imports = _services.GetRequiredService<ImportService>();
        var read = await _services.GetRequiredService<ImportReader>().ReadAsync("bench.csv", file);
        var preview = await imports.PreviewAsync(_actor, _organizationId, read.Value ?? throw new InvalidOperationException(read.Error!.Message));
        writing();
        var imported = await imports.ApplyAsync(_actor, preview.Value ?? throw new InvalidOperationException(preview.Error!.Message));
        if (!imported.IsSuccess)
        {
            throw new InvalidOperationException(imported.Error.Message);
        }
    }

    /// <summary>Asset IDs of the first 25 devices found.</summary>
    public async Task<IReadOnlyList<string>> SearchAsync(string text, bool withCount = false) =>
        [.. (await FindAsync(text, withCount)).Select(row => row.AssetId)];

    public async Task ReplaceAsync(string assetId, string newDeviceKey)
    {
        var request = new ReplaceDeviceRequest(AssetSelector.Asset(assetId), newDeviceKey, SecretDelivery.Reveal, ReplacementReason.Broken);
        var replaced = await _replacements.ReplaceAsync(_actor, request);
        if (!replaced.IsSuccess)
        {
            throw new InvalidOperationException(replaced.Error.Message);
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
