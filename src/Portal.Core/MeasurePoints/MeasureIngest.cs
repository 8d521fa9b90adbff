using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Commands;
using Portal.Core.Persistence;

namespace Portal.Core.MeasurePoints;

/// <summary>
/// Stores what devices send. Whatever arrives while a transaction commits goes into the next one together: a fleet's posts cost few
/// commits, and no savepoint each.
/// </summary>
/// <remarks>A post is no command: it is not audited, and no event of it is kept.</remarks>
public sealed class MeasureIngest(
    IPortalDatabase database, IMeasureWriter writer, MeasureFeed feed, IOptions<MeasureOptions> options, TimeProvider clock, ILogger<MeasureIngest> logger)
{
    private const int MaxTextLength = 256;

    /// <summary>So that differences and sums of what is stored are numbers, too.</summary>
    private const double MaxMagnitude = 1e300;

    /// <summary>Values in one turn at the writer: some milliseconds, so that a replacement hardly waits.</summary>
    private const int MaxValuesPerTurn = 2_000;

    /// <summary>More than a few seconds' worth: whoever sends is to hear that it is too much.</summary>
    private const int MaxValuesWaiting = 200_000;

    private readonly Lock _lock = new();
    private readonly Queue<Message> _waiting = new();
    private int _valuesWaiting;
    private bool _isWriting;

    /// <summary>Stores the posts of one message, all or none; on the disk when it returns.</summary>
    /// <remarks>
    /// A time up to <see cref="MeasureOptions.MaxAhead"/> ahead of ours is taken as it is. One that is further ahead, or older than what is
    /// kept, is refused rather than moved: a value at a wrong time is worse than none, and the device log names the clock.
    /// </remarks>
    /// <returns>Or <see cref="MeasureRefused"/>, <see cref="SessionOver"/>, <see cref="StorageUnavailable"/>.</returns>
    public Task<Result<Accepted>> PostAsync(IReadOnlyList<MeasurePost> posts)
    {
        if (Check(posts) is { } fault)
        {
            return Task.FromResult<Result<Accepted>>(fault);
        }

        var message = new Message(posts);
        lock (_lock)
        {
            if (_valuesWaiting + message.Values > MaxValuesWaiting)
            {
                return Task.FromResult<Result<Accepted>>(new StorageUnavailable("too many values are waiting to be written"));
            }

            _waiting.Enqueue(message);
            _valuesWaiting += message.Values;
            if (!_isWriting)
            {
                _isWriting = true;

                // It outlives this sender: none of its log scope or trace may stick to it.
                using var _ = ExecutionContext.SuppressFlow();
                Task.Run(WriteAllAsync);
            }
        }

        return message.Outcome;
    }

    private MeasureRefused? Check(IReadOnlyList<MeasurePost> posts)
    {
        var values = 0;
        var now = clock.GetUtcNow();
        foreach (var post in posts)
        {
            if (post.Values.Count == 0)
            {
                return new MeasureRefused(MeasureRefused.Empty, "The post names no measure point.");
            }

            if ((values += post.Values.Count) > options.Value.MaxValues)
            {
                return new MeasureRefused(MeasureRefused.TooLarge, $"A message holds at most {options.Value.MaxValues} values.");
            }

            if (post.At > now + options.Value.MaxAhead || post.At < now - options.Value.Retention)
            {
                return new MeasureRefused(MeasureRefused.ModelCheck, $"The time {post.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC is not within what is kept.");
            }

            if (post.Values.FirstOrDefault(value => !IsValid(value)) is { } invalid)
            {
                var name = PointName.IsValid(invalid.Point) ? $"The value of measure point '{invalid.Point}'" : "The name of a measure point";
                return new MeasureRefused(MeasureRefused.ModelCheck, $"{name} cannot be stored.");
            }
        }

        return values > 0 ? null : new MeasureRefused(MeasureRefused.Empty, "The message holds no post.");
    }

    private static bool IsValid(MeasureValue value) => PointName.IsValid(value.Point) && (value.Number, value.Text) switch
    {
        ({ } number, null) => Math.Abs(number) <= MaxMagnitude, // and no NaN
        (null, { } text) => text.Length <= MaxTextLength && !text.Any(char.IsControl),
        _ => false,
    };

    private async Task WriteAllAsync()
    {
        do
        {
            var turn = new List<Message>();
            try
            {
                await database.WriteAsync(async unit =>
                {
                    // Not before: who asked while this waited for its turn comes along.
                    turn = Take(MaxValuesPerTurn);
                    foreach (var message in turn)
                    {
                        message.Fault = message.Posts.FirstOrDefault(post => !post.Session.IsLive || post.Session.IsActivation) is { } over
                            ? new SessionOver(over.Session.DeviceKey)
                            : await writer.WriteAsync(unit, message.Posts, options.Value.MaxPoints);
                    }

                    return turn.Count;
                });
            }
            catch (Exception exception)
            {
                Fail(turn, exception);
                continue;
            }

            turn.ForEach(Complete);
        }
        while (HasMore());
    }

    private List<Message> Take(int maxValues)
    {
        var taken = new List<Message>();
        lock (_lock)
        {
            for (var values = 0; _waiting.TryPeek(out var next) && (values == 0 || values + next.Values <= maxValues); values += next.Values)
            {
                taken.Add(_waiting.Dequeue());
                _valuesWaiting -= next.Values;
            }
        }

        return taken;
    }

    private bool HasMore()
    {
        lock (_lock)
        {
            return _isWriting = _waiting.Count > 0;
        }
    }

    private void Complete(Message message)
    {
        foreach (var assetId in message.Fault is null ? message.Posts.Select(post => post.Session.AssetId).Distinct() : [])
        {
            feed.Tell(assetId);
        }

        message.Complete();
    }

    /// <param name="turn">Nothing when the database did not even begin: then whoever waits would wait in vain.</param>
    private void Fail(List<Message> turn, Exception exception)
    {
        turn = turn.Count > 0 ? turn : Take(int.MaxValue);
        logger.LogError(exception, "The values of {Count} messages were not stored", turn.Count);
        var fault = new StorageUnavailable(exception is StorageException ? exception.Message : "the values could not be stored");
        foreach (var message in turn)
        {
            message.Fault = fault;
            message.Complete();
        }
    }

    private sealed class Message(IReadOnlyList<MeasurePost> posts)
    {
        private readonly TaskCompletionSource<Result<Accepted>> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<MeasurePost> Posts => posts;

        public int Values { get; } = posts.Sum(post => post.Values.Count);

        public Error? Fault { get; set; }

        public Task<Result<Accepted>> Outcome => _outcome.Task;

        public void Complete() => _outcome.SetResult(Fault is null ? new Accepted(Values) : Fault);
    }
}
