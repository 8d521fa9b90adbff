namespace Portal.Layout;

/// <summary>An organization the signed-in person may choose.</summary>
public sealed record ShellOrganization(string Id, string Name);

/// <summary>What the frame around every page shows of the person and the organization. It only draws; it grants nothing.</summary>
/// <param name="PersonName">Null while nobody is signed in.</param>
/// <param name="RoleName">Shown under the name, already in the person's language.</param>
public sealed record ShellState(
    string? PersonName,
    string? RoleName,
    IReadOnlyList<ShellOrganization> Organizations,
    string? CurrentOrganizationId,
    bool ShowsImport,
    bool ShowsAudit,
    bool ShowsPeople)
{
    public static ShellState SignedOut { get; } = new(null, null, [], null, true, true, true);
}

/// <summary>Gives the frame its facts, once a document.</summary>
public sealed class ShellStateSource
{
    public Task<ShellState> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(ShellState.SignedOut);
}
