using Microsoft.AspNetCore.Components;

namespace Portal.Features.Applications;

/// <summary>Text to be read letter by letter and copied whole. It scrolls within its frame, by keyboard too.</summary>
public sealed partial class CodeBlock
{
    private readonly string _id = $"code-{Guid.NewGuid():N}";

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>The title is the name of a file, and its lines stay lines; else long ones are broken to be seen whole.</summary>
    [Parameter]
    public bool IsFile { get; set; }
}
