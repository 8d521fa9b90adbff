using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Persistence;

namespace Portal.Core.AuditReview;

/// <summary>The end of the chain: how many entries there are and the hash that covers all of them.</summary>
public sealed record AuditHead(long Sequence, string Hash);

public enum AuditFault
{
    None = 0,

    /// <summary>An entry was altered, or its hash was.</summary>
    Altered = 1,

    /// <summary>An entry is missing, doubled or out of order.</summary>
    Gap = 2,

    /// <summary>The trail is shorter than a head that was signed earlier.</summary>
    CutOff = 3,

    /// <summary>The trail differs from a head that was signed earlier.</summary>
    Rewritten = 4,

    /// <summary>A head's signature is wrong: it was altered, or signed under another key.</summary>
    HeadForged = 5,
}

/// <param name="Head">The present end of the chain; of the sound part if there is a fault.</param>
/// <param name="FaultAt">Sequence number of the first entry that does not fit.</param>
public sealed record AuditVerification(AuditHead Head, AuditFault Fault, long? FaultAt)
{
    public bool IsSound => Fault == AuditFault.None;
}

/// <summary>Checks the chain from the first entry to the last, and against heads that left this machine.</summary>
public sealed class AuditVerifier(CommandRunner commands, AccessRules rules, IDbContextFactory<PortalDbContext> contexts, AuditHeads heads)
{
    /// <summary>Right <see cref="Right.ReadAudit"/>; that it was checked, and how it came out, is audited.</summary>
    public async Task<Result<AuditVerification>> VerifyAsync(Actor? actor, CancellationToken cancellationToken = default)
    {
        var access = await rules.RequireAsync(actor, Right.ReadAudit, cancellationToken);

        // Read beside the writer, not inside it: a long trail must not hold up a replacement.
        var verification = access.IsSuccess ? await VerifyOfflineAsync(heads.Read(), cancellationToken) : null;
        return await commands.RunAsync<AuditVerification>(new Command(AuditActions.AuditVerified, Right.ReadAudit, actor), async scope =>
        {
            if (verification is null)
            {
                return access.Error!;
            }

            await scope.AuditAsync(null, null, verification);
            return verification;
        }, cancellationToken: cancellationToken);
    }

    /// <summary>The same without a person: from the command line, with the head file at hand.</summary>
    public async Task<AuditVerification> VerifyOfflineAsync(IEnumerable<SignedAuditHead> signedHeads, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await VerifyAsync(db, signedHeads, cancellationToken);
    }

    private async Task<AuditVerification> VerifyAsync(PortalDbContext db, IEnumerable<SignedAuditHead> signedHeads, CancellationToken cancellationToken)
    {
        var expected = new Dictionary<long, string>();
        foreach (var head in signedHeads)
        {
            if (!heads.IsGenuine(head))
            {
                return new AuditVerification(new AuditHead(0, Convert.ToHexStringLower(AuditChain.Start)), AuditFault.HeadForged, head.Sequence);
            }

            if (!expected.TryAdd(head.Sequence, head.Hash) && expected[head.Sequence] != head.Hash)
            {
                return new AuditVerification(new AuditHead(0, Convert.ToHexStringLower(AuditChain.Start)), AuditFault.Rewritten, head.Sequence);
            }
        }

        long sequence = 0;
        var hash = AuditChain.Start;
        AuditVerification Fault(AuditFault fault) => new(new AuditHead(sequence, Convert.ToHexStringLower(hash)), fault, sequence + 1);

        await foreach (var entry in db.AuditEntries.AsNoTracking().OrderBy(entry => entry.Sequence).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (entry.Sequence != sequence + 1)
            {
                return Fault(AuditFault.Gap);
            }

            var computed = AuditChain.Hash(hash, entry);
            if (!computed.AsSpan().SequenceEqual(entry.Hash))
            {
                return Fault(AuditFault.Altered);
            }

            if (expected.Remove(entry.Sequence, out var signed) && signed != Convert.ToHexStringLower(computed))
            {
                return Fault(AuditFault.Rewritten);
            }

            (sequence, hash) = (entry.Sequence, computed);
        }

        return expected.Count > 0 ? Fault(AuditFault.CutOff) : Fault(AuditFault.None) with { FaultAt = null };
    }
}
