namespace Portal.Core.Views;

/// <summary>A person's named state of the device grid: the query part of its URL.</summary>
public sealed class SavedView
{
    public long Id { get; init; }

    public required string OwnerIssuer { get; init; }

    public required string OwnerSubject { get; init; }

    public required string Name { get; set; }

    /// <summary>Search text, sort and columns as they stand in the URL.</summary>
    public required string Query { get; set; }
}
