using System.Diagnostics.CodeAnalysis;

namespace Portal.Core;

/// <summary>What a command or query came to: its value, or an <see cref="Core.Error"/> the caller may act on.</summary>
public sealed class Result<T>
    where T : notnull
{
    private Result(T? value, Error? error) => (Value, Error) = (value, error);

    public T? Value { get; }

    public Error? Error { get; }

    [MemberNotNullWhen(true, nameof(Value)), MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Error error) => new(default, error);
}
