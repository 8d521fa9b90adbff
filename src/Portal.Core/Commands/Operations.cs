using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Core.Persistence;

namespace Portal.Core.Commands;

/// <summary>What a signed call has been used for.</summary>
internal enum CallUse
{
    None,

    /// <summary>For the operation that it asks for again: it is told the outcome.</summary>
    SameOperation,
    Other,
}

/// <summary>Remembers outcomes by operation ID for <see cref="Lifetime"/>.</summary>
internal static class Operations
{
    public const int MaxIdLength = 128;

    private const int MaxErrorLength = 4000;

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The outcome of this very request if it was run before, <see cref="OperationReused"/> if another was, else nothing.</summary>
    public static async Task<Result<T>?> FindAsync<T>(IWriteUnit unit, Command command)
        where T : notnull
    {
        if (command.OperationId is null || await unit.FindOperationAsync(ScopeOf(command), command.OperationId) is not { } operation)
        {
            return null;
        }

        if (operation.Action != command.Action || !operation.RequestHash.AsSpan().SequenceEqual(HashOf(command)))
        {
            return new OperationReused(command.OperationId);
        }

        var outcome = JsonSerializer.Deserialize<Outcome<JsonElement>>(operation.Outcome)!;
        if (outcome.Error is null)
        {
            return outcome.Value.Deserialize<T>()!;
        }

        var type = typeof(Error).Assembly.GetType(outcome.Error, throwOnError: true)!;
        return (Error)outcome.Value.Deserialize(type)!;
    }

    public static Task RecordAsync<T>(IWriteUnit unit, Command command, Result<T> result, DateTimeOffset now)
        where T : notnull => command.OperationId is null
            ? Task.CompletedTask
            : AddAsync(unit, command, JsonSerializer.Serialize(new Outcome<T>(null, result.Value!)), now);

    public static Task RecordErrorAsync(IWriteUnit unit, Command command, Error error, DateTimeOffset now)
    {
        var outcome = new Outcome<JsonElement>(error.GetType().FullName, JsonSerializer.SerializeToElement(error, error.GetType()));

        // An error repeats what the caller sent. What is longer than any field may be is refused again, not remembered.
        return outcome.Value.GetRawText().Length <= MaxErrorLength ? AddAsync(unit, command, JsonSerializer.Serialize(outcome), now) : Task.CompletedTask;
    }

    /// <summary>What the call that the command came with has been used for until now.</summary>
    public static async Task<CallUse> FindUseAsync(IWriteUnit unit, Command command) =>
        CallToSpend(command) is not { } call || await unit.FindOperationAsync(ScopeOf(command), call) is not { } spent ? CallUse.None
        : command.OperationId is not null && spent.RequestHash.AsSpan().SequenceEqual(SpentFor(command)) ? CallUse.SameOperation
        : CallUse.Other;

    /// <summary>
    /// Uses up the call that the command came with. A command whose operation ID is the call itself has done so by being
    /// remembered: the row is the same.
    /// </summary>
    public static Task SpendAsync(IWriteUnit unit, Command command, DateTimeOffset now) => CallToSpend(command) is { } call
        ? unit.InsertAsync(new Operation { Scope = ScopeOf(command), OperationId = call, Action = command.Action, RequestHash = SpentFor(command), Outcome = "{}", At = now })
        : Task.CompletedTask;

    private static string? CallToSpend(Command command) => command.Actor?.CallId is { } call && call != command.OperationId ? call : null;

    /// <summary>Stands in the place of a request, of which none has this hash: what the call was used for. Empty for what is no operation.</summary>
    private static byte[] SpentFor(Command command) => command.OperationId is null ? [] : SHA256.HashData(Encoding.UTF8.GetBytes(command.OperationId));

    private static Task AddAsync(IWriteUnit unit, Command command, string outcome, DateTimeOffset now) => command.OperationId is null
        ? Task.CompletedTask
        : unit.InsertAsync(new Operation
        {
            Scope = ScopeOf(command),
            OperationId = command.OperationId,
            Action = command.Action,
            RequestHash = HashOf(command),
            Outcome = outcome,
            At = now,
        });

    private static string ScopeOf(Command command) => $"{command.Actor?.Issuer}\n{command.Actor?.Subject}";

    private static byte[] HashOf(Command command) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(command.Request));

    private sealed record Outcome<T>(string? Error, T Value);
}
