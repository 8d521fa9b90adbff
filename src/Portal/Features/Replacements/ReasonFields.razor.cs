using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core.Replacements;
using Portal.Resources;

namespace Portal.Features.Replacements;

/// <summary>Why it is done, for the history of the asset and the audit trail.</summary>
public sealed partial class ReasonFields
{
    private readonly string _name = $"reason-{Guid.NewGuid():N}";
    private readonly string _noteId = $"note-{Guid.NewGuid():N}";
    private readonly string _errorId = $"note-{Guid.NewGuid():N}";

    [Inject]
    public required IStringLocalizer<ReplacementsText> Text { get; init; }

    [Parameter, EditorRequired]
    public ReplacementReason? Reason { get; set; }

    [Parameter]
    public EventCallback<ReplacementReason?> ReasonChanged { get; set; }

    [Parameter, EditorRequired]
    public required string Note { get; set; }

    [Parameter]
    public EventCallback<string> NoteChanged { get; set; }

    /// <summary>What the core said about the note.</summary>
    [Parameter]
    public string? NoteError { get; set; }

    /// <summary>The form was sent without one.</summary>
    [Parameter]
    public bool IsMissing { get; set; }

    private Task SetNoteAsync(string? note) => NoteChanged.InvokeAsync(note ?? "");
}
