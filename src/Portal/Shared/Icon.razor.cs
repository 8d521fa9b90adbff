using Microsoft.AspNetCore.Components;

namespace Portal.Shared;

/// <summary>A line drawing beside a word; never the only thing that carries a meaning.</summary>
public sealed partial class Icon
{
    /// <summary>One of <see cref="IconShapes"/>.</summary>
    [Parameter, EditorRequired]
    public required string Of { get; set; }
}
