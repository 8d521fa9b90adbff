using System.Text.Json;
using Portal.Core;
using Portal.Core.Access;

namespace Portal.ConnectApi;

public enum ConnectVersion
{
    /// <summary>Secrets in clear text, for applications that are allowed to have them so.</summary>
    V21,

    /// <summary>Secrets encrypted for the application's RSA key, when asked for.</summary>
    V24,
}

public enum ConnectResource
{
    Devices,
    Products,
}

/// <summary>A parameter of an address.</summary>
/// <param name="About">For the reader of the documentation.</param>
/// <param name="Shape"><see cref="Shape.Text"/> or <see cref="Shape.Boolean"/>.</param>
public sealed record QueryParameter(string Name, bool IsRequired, string About, Shape Shape);

/// <summary>An error that an action can answer, for the documentation.</summary>
public sealed record DocumentedError(int Code, string Message, string When);

/// <summary>
/// One row of the table of actions: what the door takes, whom it asks, and what the documentation says. The reader, the
/// router and the OpenAPI document all go by it.
/// </summary>
public sealed record ConnectAction(ConnectVersion Version, ConnectResource Resource, string Name, string Method, Func<ConnectCall, Task<Result<ConnectAnswer>>> Handler)
{
    /// <summary>The ones of every call, <c>action</c> and <c>orgId</c>, are not repeated here.</summary>
    public IReadOnlyList<QueryParameter> Parameters { get; init; } = [];

    /// <summary>Whether it names a device by <c>assetId</c>, or by <c>productKey</c> and <c>deviceKey</c>.</summary>
    public bool TakesSelector { get; init; }

    /// <summary>What the body has to be; <see langword="null"/> when it takes none.</summary>
    public Shape? Body { get; init; }

    public required Right Right { get; init; }

    /// <summary>Whether it changes something: the same call again is answered again and not carried out again (<c>Idempotency-Key</c>).</summary>
    public bool IsChange => Right != Right.Read;

    public required string Title { get; init; }

    public required string About { get; init; }

    /// <summary>Of <c>data</c>; <see langword="null"/> where it is null.</summary>
    public Shape? Data { get; init; }

    /// <summary>Beside <c>data</c>.</summary>
    public IReadOnlyList<Member> Beside { get; init; } = [];

    public IReadOnlyList<DocumentedError> Errors { get; init; } = [];

    /// <summary>A body that works against the sample fleet of Development but for its keys; JSON.</summary>
    public string? BodyExample { get; init; }

    /// <summary>The <c>data</c> of an answer; JSON.</summary>
    public string? DataExample { get; init; }
}

/// <summary>A call whose caller is known and whose arguments have the shape that its action asks for.</summary>
public sealed record ConnectCall(ConnectAction Action, Actor Actor, string RequestId)
{
    public required IReadOnlyDictionary<string, string> Query { get; init; }

    /// <summary>An object; empty where the action takes none.</summary>
    public JsonElement Body { get; init; }

    /// <summary>Names this intent: the header, or what a signature makes unique. <see langword="null"/>: each call counts.</summary>
    public string? OperationId { get; init; }

    /// <summary>Of reads; a write runs to its end.</summary>
    public CancellationToken Aborted { get; init; }

    public string OrganizationId => Query["orgId"];
}

/// <summary>What a successful call answers.</summary>
/// <param name="Data">Writes the value of <c>data</c>; nothing for null.</param>
public sealed record ConnectAnswer(Action<Utf8JsonWriter>? Data = null) : IDisposable
{
    /// <summary>Writes members beside <c>data</c>.</summary>
    public Action<Utf8JsonWriter>? Beside { get; init; }

    /// <summary>Of the first answer to this very call, when it is given once more.</summary>
    public string? RequestId { get; init; }

    /// <summary>Clear text that <see cref="Data"/> writes: wiped once it is sent.</summary>
    public IReadOnlyList<IDisposable> Secrets { get; init; } = [];

    public void Dispose()
    {
        foreach (var secret in Secrets)
        {
            secret.Dispose();
        }
    }
}
