using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Portal.Authentication;
using Portal.Core.AuditReview;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Audit;

/// <summary>Who did what, when, to which asset. The filter is a plain form, so the address holds all of its state.</summary>
public sealed partial class AuditPage : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly HashSet<long> _open = [];
    private AuditFilter _filter = new();
    private Core.AuditReview.AuditPage? _page;
    private AuditVerification? _verification;
    private string? _invalid;
    private string? _failure;
    private bool _isVerifying;

    [Inject]
    public required IStringLocalizer<AuditText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required AuditQueries Queries { get; init; }

    [Inject]
    public required AuditVerifier Verifier { get; init; }

    [SupplyParameterFromQuery(Name = PortalRoutes.OrganizationParameter)]
    public string? OrganizationId { get; set; }

    [SupplyParameterFromQuery(Name = AuditForm.PersonField)]
    public string? Person { get; set; }

    [SupplyParameterFromQuery(Name = AuditForm.AssetField)]
    public string? Asset { get; set; }

    [SupplyParameterFromQuery(Name = AuditForm.ActionField)]
    public string? Action { get; set; }

    [SupplyParameterFromQuery(Name = AuditForm.FromField)]
    public string? From { get; set; }

    [SupplyParameterFromQuery(Name = AuditForm.ToField)]
    public string? To { get; set; }

    [SupplyParameterFromQuery(Name = AuditForm.BeforeField)]
    public string? Before { get; set; }

    private bool IsFiltered => Filters.Count > 0;

    private List<(string Name, string Value)> Filters
    {
        get
        {
            (string Name, string? Value)[] all =
            [
                (AuditForm.PersonField, Person), (AuditForm.AssetField, Asset), (AuditForm.ActionField, Action), (AuditForm.FromField, From), (AuditForm.ToField, To),
            ];
            return [.. all.Where(filter => !string.IsNullOrWhiteSpace(filter.Value)).Select(filter => (filter.Name, filter.Value!))];
        }
    }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        _open.Clear();
        _invalid = AuditForm.TryRead(Person, Asset, Action, From, To, Before, out _filter) is { } wrong ? Text[$"Invalid_{wrong}"].Value
            : OrganizationId is not null && (await Current.GetOrganizationAsync()).Error is { } unknown ? Errors.Of(unknown)
            : null;
        if (_invalid is null)
        {
            var result = await Queries.SearchAsync(await Current.GetAsync(), _filter, _gone.Token);
            _page = result.Value;
            _invalid = result.Error is { } error ? Errors.Of(error) : null;
        }
    }

    private async Task VerifyAsync()
    {
        // Clicks queue up in the circuit; a long trail is read once.
        if (_isVerifying)
        {
            return;
        }

        (_isVerifying, _verification, _failure) = (true, null, null);
        StateHasChanged();
        var actor = await Current.GetAsync();
        var result = await Task.Run(() => Verifier.VerifyAsync(actor, _gone.Token));
        (_isVerifying, _verification, _failure) = (false, result.Value, result.Error is { } error ? Errors.Of(error) : null);
    }

    private void Toggle(long sequence)
    {
        if (!_open.Remove(sequence))
        {
            _open.Add(sequence);
        }
    }

    private string Verdict(AuditVerification verification) => Text[$"Fault_{verification.Fault}", verification.FaultAt ?? verification.Head.Sequence];

    private string Name(string action) => Text[$"Action_{action}"] is { ResourceNotFound: false } name ? name : action;

    private string PersonOf(AuditLine line) => line.ActorName.Length > 0 ? line.ActorName : Text["Unknown"];

    private string Here(params IEnumerable<(string Name, string Value)> fields) => fields.Aggregate(
        PortalRoutes.InOrganization(PortalRoutes.Audit, OrganizationId),
        (address, field) => QueryHelpers.AddQueryString(address, field.Name, field.Value));
}
