using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;

namespace Portal.Core.Applications;

/// <summary>
/// Audits calls that were refused before anybody knew who makes them, without letting a flood of them fill the disk: a
/// few entries a minute for each application that was named, the rest, and those that name none, one log line a minute.
/// </summary>
public sealed class RefusedCalls(CommandRunner commands, TimeProvider clock, ILogger<RefusedCalls> logger)
{
    private const int EntriesPerMinute = 10;
    private const int MaxApplications = 10_000;

    private readonly ConcurrentDictionary<string, int> _entries = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _minute;
    private long _unwritten;

    /// <summary>A refusal that concerns no application the portal knows.</summary>
    internal Error Count(Error error)
    {
        Turn();
        Interlocked.Increment(ref _unwritten);
        return error;
    }

    /// <summary>A refusal of somebody who named this application.</summary>
    internal async Task<Error> AuditAsync(string action, SigningApplication application, string? address, string? requestId, Error error)
    {
        Turn();
        if (_entries.Count >= MaxApplications || _entries.AddOrUpdate(application.AccessKey, 1, (_, count) => count + 1) > EntriesPerMinute)
        {
            return Count(error);
        }

        var actor = ApplicationIdentity.Of(application.AccessKey, application.Name, address) with { RequestId = requestId };
        var refused = await commands.RunAsPortalAsync<Actor>(new Command(action, Right.None, actor), scope =>
        {
            scope.OrganizationNumber = application.OrganizationNumber;
            return Task.FromResult<Result<Actor>>(error);
        });
        return refused.Error!;
    }

    private void Turn()
    {
        var minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        lock (_lock)
        {
            if (minute == _minute)
            {
                return;
            }

            _minute = minute;
            _entries.Clear();
            if (Interlocked.Exchange(ref _unwritten, 0) is > 0 and var count)
            {
                logger.LogWarning("{Count} calls were refused without an audit entry: they named no application, or one that is called wrongly all the time", count);
            }
        }
    }
}
