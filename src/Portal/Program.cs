using Portal;
using Portal.CommandLine;
using Portal.Security;

try
{
    // The one appsettings.json lives at the repository root and is copied next to the assembly.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions
    {
        Args = args,
        ContentRootPath = AppContext.BaseDirectory,
    });
    builder.RefuseUnsafe(args);
    builder.AddPortal();

    await using var app = builder.Build();
    if (await PortalCommands.RunAsync(app.Services, args) is { } exitCode)
    {
        return exitCode;
    }

    app.UsePortal();
    await app.PreparePortalAsync();

    await app.RunAsync();
    return 0;
}
catch (StartRefusedException refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return 1;
}

public sealed partial class Program;
