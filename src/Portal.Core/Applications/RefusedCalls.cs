using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;

namespace Portal.Core.Applications;

/// <summary>
/// Audits calls that were refused before a command of the core could do it, without letting a flood of them fill the disk:
/// a few entries a minute for each application that was named, more for one that proved to be it; the rest, and those
/// that name none, are one log line a minute.
/// </summary>
public sealed class RefusedCalls(CommandRunner commands, TimeProvider clock, ILogger<RefusedCalls> logger)
{
    private const int EntriesPerMinute = 10;

    /// <summary>Some 30 MB a day of an application that is called wrongly all the time, and answers to its owner for it.</summary>
    private const int EntriesPerMinuteOfKnown = 60;
    private const int MaxApplications = 10_000;

    private readonly Allowance _named = new(EntriesPerMinute);
    private readonly Allowance _known = new(EntriesPerMinuteOfKnown);
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
        if (!_named.Take(application.AccessKey))
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

    /// <summary>
    /// A call of this application would have changed something, and no command could be made of it. Reads that are refused
    /// are not audited, as a page's are not: nothing would have come of them.
    /// </summary>
    /// <param name="call">What it was for, in the words of the API.</param>
    /// <returns><see cref="CallInvalid"/>, or <see cref="NotSignedIn"/> of a caller who has no rights any more; the error itself when there are too many.</returns>
    public async Task<Error> AuditAsync(Actor actor, string call, Error error)
    {
        Turn();
        if (!_known.Take(actor.Subject))
        {
            return Count(error);
        }

        var refused = await commands.RunAsync<Actor>(new Command(AuditActions.CallRefused, Right.None, actor.WithoutCall()), scope =>
        {
            scope.OrganizationNumber = scope.Access.Application?.Organization.Number;
            return Task.FromResult<Result<Actor>>(new CallInvalid(call, error.Message));
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
            _named.Renew();
            _known.Renew();
            if (Interlocked.Exchange(ref _unwritten, 0) is > 0 and var count)
            {
                logger.LogWarning("{Count} calls were refused without an audit entry: they named no application, or one that is called wrongly all the time", count);
            }
        }
    }

    /// <summary>So many entries of each application until it is renewed.</summary>
    private sealed class Allowance(int entries)
    {
        private readonly ConcurrentDictionary<string, int> _taken = new(StringComparer.Ordinal);

        public bool Take(string accessKey) => _taken.Count < MaxApplications && _taken.AddOrUpdate(accessKey, 1, (_, count) => count + 1) <= entries;

        public void Renew() => _taken.Clear();
    }
}
