using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Applications;

/// <summary>A refusal that one field can mend, said at that field.</summary>
public sealed record FieldRefusal(string Field, string Message)
{
    public static FieldRefusal? Of(Error? error, ErrorTexts texts) => error switch
    {
        FieldInvalid invalid => new(invalid.Field, texts.Of(error)),
        BearerClientInUse => new("bearerClientId", texts.Of(error)),
        RightsNotGrantable => new("rights", texts.Of(error)),
        _ => null,
    };
}

/// <summary>What an application is called and may do: the same when it is made and when it is changed.</summary>
public sealed partial class ApplicationInputs
{
    private readonly string _id = $"application-{Guid.NewGuid():N}";
    private Right _before;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Parameter, EditorRequired]
    public required ApplicationForm Form { get; set; }

    /// <summary>The rights of the person, who gives no more than they have.</summary>
    [Parameter]
    public Access? Access { get; set; }

    [Parameter]
    public FieldRefusal? Refusal { get; set; }

    protected override void OnInitialized() => _before = Form.Rights;

    // What it has already it may keep or lose; no right of a person stands for the secrets.
    private bool MayGive(Right right) => right == Right.ReadSecrets || _before.HasFlag(right) || Access?.Has(right) == true;

    private string? InvalidAt(string field) => Refusal?.Field == field ? "true" : null;
}
