namespace Portal.CommandLine;

/// <summary>What the portal does instead of serving pages when it is started with a command.</summary>
public static class PortalCommands
{
    public static bool IsCommand(string[] args) => args is [SeedCommand.Name or ImportCommand.Name or VerifyAuditCommand.Name or SimulateCommand.Name, ..];

    /// <returns>The exit code, or <see langword="null"/> when the arguments name no command.</returns>
    public static async Task<int?> RunAsync(IServiceProvider services, string[] args)
    {
        T Command<T>() => ActivatorUtilities.CreateInstance<T>(services, Console.Out);
        return args is not [var name, ..] ? null : name switch
        {
            SeedCommand.Name => await Command<SeedCommand>().RunAsync(args),
            ImportCommand.Name => await Command<ImportCommand>().RunAsync(args),
            VerifyAuditCommand.Name => await Command<VerifyAuditCommand>().RunAsync(args),
            SimulateCommand.Name => await Command<SimulateCommand>().RunAsync(args),
            _ => null,
        };
    }
}
