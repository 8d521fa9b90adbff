using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Features.Applications;

/// <summary>Code that runs as it stands: for this portal, this application and its organization.</summary>
public sealed partial class ApplicationSamples
{
    private string? _language;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Parameter, EditorRequired]
    public required string AccessKey { get; set; }

    [Parameter, EditorRequired]
    public required string OrganizationId { get; set; }

    private Uri Portal => new(Navigation.BaseUri);

    private IEnumerable<(string Title, IReadOnlyList<CodeSample> Samples)> Groups =>
        [(Text["SamplesReplace"], CodeSample.Replacing), (Text["SamplesDecrypt"], CodeSample.Decrypting)];

    /// <summary>The language once chosen holds for both, where there is one.</summary>
    private CodeSample ShownOf(IReadOnlyList<CodeSample> samples) => samples.FirstOrDefault(sample => sample.Language == _language) ?? samples[0];
}
