using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Persistence;
using Portal.Core.Secrets;

namespace Portal.Core.AuditReview;

/// <summary>Section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    public const string SectionName = "Audit";

    /// <summary>
    /// Where signed heads are appended, one JSON object a line. Put it on another machine (a mounted share, or a file
    /// that a log shipper takes away): only a head that is kept elsewhere shows that the end of the trail was cut off.
    /// </summary>
    public string HeadFile { get; set; } = "data/audit-heads.jsonl";
}

/// <summary>The chain's end at a moment, signed so that it cannot be made up later.</summary>
public sealed record SignedAuditHead(long Sequence, string Hash, DateTimeOffset At, string Signature);

/// <summary>Signs the end of the audit chain and keeps the signed heads in a file.</summary>
public sealed class AuditHeads : IDisposable
{
    private readonly IDbContextFactory<PortalDbContext> _contexts;
    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyList<byte[]> _keys;
    private readonly SemaphoreSlim _file = new(1);
    private long _lastSequence = -1;

    public AuditHeads(IDbContextFactory<PortalDbContext> contexts, SecretVault vault, IOptions<AuditOptions> options, TimeProvider clock)
    {
        (_contexts, _path, _clock) = (contexts, options.Value.HeadFile, clock);
        _keys = vault.DeriveKeys("audit-head");
    }

    /// <summary>Appends the present head to the file, unless nothing was added since the last one.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var last = await db.AuditEntries.AsNoTracking().OrderByDescending(entry => entry.Sequence)
            .Select(entry => new { entry.Sequence, entry.Hash }).FirstOrDefaultAsync(cancellationToken);
        if (last is null || last.Sequence == _lastSequence)
        {
            return;
        }

        var hash = Convert.ToHexStringLower(last.Hash);
        var at = _clock.GetUtcNow();
        var line = JsonSerializer.Serialize(new SignedAuditHead(last.Sequence, hash, at, Sign(_keys[0], last.Sequence, hash, at)), JsonSerializerOptions.Web);
        await _file.WaitAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
            await File.AppendAllTextAsync(_path, line + "\n", cancellationToken);
            _lastSequence = last.Sequence;
        }
        finally
        {
            _file.Release();
        }
    }

    /// <summary>Every head in the file; a line that is no head counts as a forged one.</summary>
    public IReadOnlyList<SignedAuditHead> Read(string? path = null)
    {
        path ??= _path;
        return File.Exists(path) ? [.. File.ReadLines(path).Where(line => line.Length > 0).Select(Parse)] : [];
    }

    /// <summary>Signed here, under the present key or, before it was changed, an older one that is still in the ring.</summary>
    internal bool IsGenuine(SignedAuditHead head) => _keys.Any(key => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Sign(key, head.Sequence, head.Hash, head.At)), Encoding.UTF8.GetBytes(head.Signature)));

    public void Dispose()
    {
        foreach (var key in _keys)
        {
            CryptographicOperations.ZeroMemory(key);
        }

        _file.Dispose();
    }

    private static SignedAuditHead Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<SignedAuditHead>(line, JsonSerializerOptions.Web) is { Hash: not null, Signature: not null } head
                ? head
                : new SignedAuditHead(0, "", default, "");
        }
        catch (JsonException)
        {
            return new SignedAuditHead(0, "", default, "");
        }
    }

    private static string Sign(byte[] key, long sequence, string hash, DateTimeOffset at) => Convert.ToHexStringLower(HMACSHA256.HashData(
        key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sequence}|{hash}|{at.ToUnixTimeMilliseconds()}"))));
}
