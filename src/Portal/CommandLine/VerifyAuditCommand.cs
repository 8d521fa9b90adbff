using Portal.Core.AuditReview;
using Portal.Core.Persistence;

namespace Portal.CommandLine;

/// <summary>
/// <c>verify-audit [--heads FILE]</c>: checks the audit chain against signed heads, from a file kept elsewhere. Reads only,
/// so it can be run on a copy of the database.
/// </summary>
public sealed class VerifyAuditCommand(IPortalDatabase database, AuditVerifier verifier, AuditHeads heads, TextWriter output)
{
    public const string Name = "verify-audit";

    private const string Usage = "Usage: verify-audit [--heads FILE]";
    private const string HeadsOption = "--heads";

    /// <returns>The exit code: 0 sound, 1 not sound, 2 not understood.</returns>
    public async Task<int> RunAsync(string[] args)
    {
        string? path = null;
        if (args is [_, HeadsOption, { } file])
        {
            path = file;
        }
        else if (args.Length > 1 && !args[1].Contains(':', StringComparison.Ordinal))
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }

        if (path is not null && !File.Exists(path))
        {
            await output.WriteLineAsync($"There is no file '{path}'.");
            return 2;
        }

        await database.MigrateAsync();
        var signed = heads.Read(path);
        var verification = await verifier.VerifyOfflineAsync(signed);
        await output.WriteLineAsync(verification.IsSound
            ? $"Sound: {verification.Head.Sequence} entries, {signed.Count} signed heads fit. Head {verification.Head.Hash}"
            : $"NOT SOUND: {Say(verification)} Sound up to entry {verification.Head.Sequence}, {verification.Head.Hash}");
        if (verification.IsSound && signed.Count == 0)
        {
            await output.WriteLineAsync("No signed head was given: that the end was cut off cannot be ruled out.");
        }

        return verification.IsSound ? 0 : 1;
    }

    private static string Say(AuditVerification verification) => verification.Fault switch
    {
        AuditFault.Altered => $"entry {verification.FaultAt} was altered.",
        AuditFault.Gap => $"entry {verification.FaultAt} is missing, doubled or out of order.",
        AuditFault.CutOff => $"entries from {verification.FaultAt} on were cut off.",
        AuditFault.Rewritten => $"entry {verification.FaultAt} differs from a head that was signed earlier.",
        _ => $"the signed head of entry {verification.FaultAt} is not genuine.",
    };
}
