using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.AuditReview;
using Portal.Core.Commands;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Imports;
using Portal.Core.Live;
using Portal.Core.MeasurePoints;
using Portal.Core.Persistence;
using Portal.Core.Persistence.Sqlite;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.SampleFleet;
using Portal.Core.Secrets;
using Portal.Core.Sessions;
using Portal.Core.Views;

namespace Portal.Core;

public static class CoreServices
{
    /// <summary>Everything in this project. The caller adds a <see cref="SecretKeyRing"/>: where keys come from is the host's matter.</summary>
    public static IServiceCollection AddPortalCore(this IServiceCollection services, IConfiguration configuration)
    {
        SqliteSettings.WarmUp(); // while the services are put together
        services.AddOptions<AccessOptions>().Bind(configuration.GetSection(AccessOptions.SectionName));
        AddOptions<AuditOptions>(services, configuration, AuditOptions.SectionName);
        AddOptions<ConnectionOptions>(services, configuration, ConnectionOptions.SectionName);
        AddOptions<DatabaseOptions>(services, configuration, DatabaseOptions.SectionName);
        AddOptions<ImportOptions>(services, configuration, ImportOptions.SectionName);
        AddOptions<MeasureOptions>(services, configuration, MeasureOptions.SectionName);
        AddOptions<ProductOptions>(services, configuration, ProductOptions.SectionName);
        AddOptions<RevealOptions>(services, configuration, RevealOptions.SectionName);
        AddOptions<SecretOptions>(services, configuration, SecretOptions.SectionName);
        AddOptions<SessionOptions>(services, configuration, SessionOptions.SectionName);
        AddOptions<TokenOptions>(services, configuration, TokenOptions.SectionName);

        services.TryAddSingleton(TimeProvider.System);
        services.AddPooledDbContextFactory<PortalDbContext>((provider, options) => SqliteSettings.Configure(
            options, SqliteSettings.ConnectionString(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString)));
        services.AddSingleton<IPortalDatabase, SqliteDatabase>();
        services.AddSingleton<SqliteReadPool>();
        services.AddSingleton<SqliteFactsPool>();
        services.AddSingleton<ISessionFacts, SqliteSessionFacts>();
        services.AddSingleton<IApplicationFacts, SqliteApplicationFacts>();
        services.AddSingleton<IDeviceSearch, SqliteDeviceSearch>();
        services.AddSingleton<IDeviceRecordReader, SqliteDeviceRecords>();
        services.AddSingleton<IConnectionFacts, SqliteConnectionFacts>();
        services.AddSingleton<IBulkLoad, SqliteBulkLoad>();
        services.AddSingleton<IImportWriter, SqliteImportWriter>();
        services.AddSingleton<IMeasureReader, SqliteMeasureReader>();
        services.AddSingleton<SqliteMeasureWriter>();
        services.AddSingleton<IMeasureWriter>(provider => provider.GetRequiredService<SqliteMeasureWriter>());
        services.AddSingleton<ICounterBaselineWriter>(provider => provider.GetRequiredService<SqliteMeasureWriter>());

        services.AddSingleton<AccessRules>();
        services.AddSingleton<CommandRunner>();
        services.AddSingleton<SteadyClock>();
        services.AddSingleton<SecretVault>();
        services.AddSingleton<RevealGrants>();
        services.AddSingleton<RevealService>();
        services.AddSingleton<DeviceCredentials>();
        services.AddSingleton<DeviceService>();
        services.AddSingleton<DeviceExport>();
        services.AddSingleton<DeviceUpdateService>();
        services.AddSingleton<ApplicationCredentials>();
        services.AddSingleton<ApplicationService>();
        services.AddSingleton<ApplicationKeyService>();
        services.AddSingleton<ApplicationQueries>();
        services.AddSingleton<ApplicationSecrets>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<AccessTokenService>();
        services.AddSingleton<RequestSignatures>();
        services.AddSingleton<RefusedCalls>();
        services.AddSingleton<BearerClients>();
        services.AddSingleton<ProductService>();
        services.AddSingleton<ProductSecretService>();
        services.AddSingleton<ProductQueries>();
        services.AddSingleton<ProductRecords>();
        services.AddSingleton<DeviceQueries>();
        services.AddSingleton<DeviceRecords>();
        services.AddSingleton<FleetSeeder>();
        services.AddSingleton<DemoApplication>();
        services.AddSingleton<ReplacementService>();
        services.AddSingleton<SignInService>();
        services.AddSingleton<DeviceProof>();
        services.AddSingleton<ConnectThrottle>();
        services.AddSingleton<DeviceSessions>();
        services.AddSingleton<DeviceDoor>();
        services.AddSingleton<ConnectionQueries>();
        services.AddSingleton<AssetQueries>();
        services.AddSingleton<MeasureFeed>();
        services.AddSingleton<MeasureIngest>();
        services.AddSingleton<MeasureQueries>();
        services.AddSingleton<MeasureRetention>();
        services.AddSingleton<SeriesExport>();
        services.AddSingleton<SavedViewService>();
        services.AddSingleton<ImportReader>();
        services.AddSingleton<ImportService>();
        services.AddSingleton<CommandLineImport>();
        services.AddSingleton<AuditQueries>();
        services.AddSingleton<AuditExport>();
        services.AddSingleton<AuditHeads>();
        services.AddSingleton<AuditVerifier>();
        services.AddSingleton<SessionService>();
        services.AddSingleton<SessionTicketStore>();
        services.AddSingleton<AccountService>();

        services.AddSingleton<LiveEvents>();
        services.AddSingleton<CommittedEvents>();
        services.AddSingleton<ConnectionLog>();
        services.AddHostedService(provider => provider.GetRequiredService<ConnectionLog>());
        services.AddHostedService<OutboxDispatcher>();
        services.AddHostedService<Maintenance>();
        return services;
    }

    private static void AddOptions<T>(IServiceCollection services, IConfiguration configuration, string section)
        where T : class =>
        services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
}
