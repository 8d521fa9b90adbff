using E2E.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(PortalFixture))]
[assembly: Xunit.v3.Parallelization(MaxThreads = 2)]

namespace E2E.Infrastructure;

/// <summary>The product on a free loopback port, with its embedded provider, a database of its own and a small sample fleet.</summary>
public sealed class PortalFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portal-e2e-");
    private Factory? _factory;

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _factory!.Services;

    public string DatabasePath => Path.Combine(_folder.FullName, "portal.db");

    public ValueTask InitializeAsync()
    {
        _factory = new Factory(_folder.FullName, DatabasePath);
        _factory.UseKestrel(0);
        _factory.StartServer();
        var addresses = _factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Address = new Uri(addresses.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_factory is not null)
        {
            await _factory.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private sealed class Factory(string folder, string databasePath) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Development");
            builder.UseSetting("Database:ConnectionString", $"Data Source={databasePath}");
            builder.UseSetting("Secrets:KeyFile", Path.Combine(folder, "secrets.key"));
            builder.UseSetting("Audit:HeadFile", Path.Combine(folder, "audit-heads.jsonl"));
            builder.UseSetting(Portal.Development.DemoCaller.KeyFileSetting, Path.Combine(folder, "demo-application.pem"));
            builder.UseSetting("Fleet:SampleDevices", "400");
            builder.UseSetting("Mqtt:Port", "0");
        }
    }
}
