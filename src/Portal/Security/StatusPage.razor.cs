using Microsoft.AspNetCore.Components;
using Portal.Authentication;
using Portal.Core.Access;

namespace Portal.Security;

/// <summary>The page for a response that has a status code and nothing else.</summary>
public sealed partial class StatusPage
{
    private string? _withoutAccess;

    [Parameter]
    public int Code { get; set; }

    [Inject]
    public required CurrentActor CurrentActor { get; init; }

    protected override async Task OnInitializedAsync()
    {
        var access = await CurrentActor.GetAccessAsync();
        if (access.IsSuccess && (access.Value.Rights == Right.None || access.Value.Organizations.Count == 0))
        {
            _withoutAccess = access.Value.Actor.Name;
        }
    }
}
