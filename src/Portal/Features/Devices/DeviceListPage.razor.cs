using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using MudBlazor;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Live;
using Portal.Core.Products;
using Portal.Core.Views;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Devices;

/// <summary>
/// The device grid. It draws once for each thing a person does, by its own word (see <c>HandleEventAsync</c>): a
/// keystroke costs one search, one batch and the rows that changed.
/// </summary>
public sealed partial class DeviceListPage : IHandleEvent, IAsyncDisposable
{
    private const int MaxRefusedShown = 20;
    private const int FirstScreenRows = 16;

    // Handlers made once: a new one each time it is drawn would be registered and sent again with every keystroke.
    private readonly EventCallback[] _tileClicks;
    private readonly Func<DeviceStatus, bool> _isChosen;
    private readonly Func<Task>[] _sortClicks;

    private DeviceGridState _state = new();
    private Actor? _actor;
    private string _organizationId = "";
    private long _organizationNumber;
    private bool _mayManage;
    private DeviceRowLabels? _labels;

    private IReadOnlyList<DeviceRow>? _rows;
    private IReadOnlyList<DeviceTerm> _terms = [];
    private string? _next;
    private string? _previous;
    private string? _countedText;
    private long _total = -1;
    private bool _isCapped;
    private StatusCounts? _counts;

    private string? _said;
    private Error? _fault;
    private string? _failure;
    private List<string> _unread = [];
    private readonly Dictionary<(DeviceColumn Column, int By), ElementReference> _choices = [];
    private CancellationTokenSource? _loading;

    private string _address = "";
    private int _pushes;

    /// <summary>The document brings as many rows as a screen shows, and is seen sooner for it; the circuit brings them all.</summary>
    private IReadOnlyList<DeviceRow> Drawn => RendererInfo.IsInteractive ? _rows! : [.. _rows!.Take(FirstScreenRows)];

    [Inject]
    public required IStringLocalizer<DevicesText> Text { get; init; }

    [Inject]
    public required IStringLocalizer<SharedText> Shared { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required DeviceQueries Queries { get; init; }

    [Inject]
    public required DeviceService Devices { get; init; }

    [Inject]
    public required ProductQueries Products { get; init; }

    [Inject]
    public required SavedViewService Views { get; init; }

    [Inject]
    public required LiveEvents Live { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    /// <summary>How the person left columns, density and page size, read while the document was made.</summary>
    [PersistentState]
    public string? Remembered { get; set; }

    /// <summary>The first page, so that the circuit does not search again for what the document shows already.</summary>
    [PersistentState]
    public byte[]? First { get; set; }

    public DeviceListPage()
    {
        _tileClicks = [.. DeviceStatusTiles.Statuses.Select(status => EventCallback.Factory.Create(this, () => ToggleTermAsync(DeviceField.Status, Word(status), isOnly: true)))];
        _isChosen = status => Has(DeviceField.Status, Word(status));
        _sortClicks = [.. Enum.GetValues<DeviceSort>().Select(sort => (Func<Task>)(() => SortAsync(sort)))];
    }

    private DeviceRowLabels? Labels => _labels;

    private string ModulePath => "./" + Assets["Features/Devices/DeviceListPage.razor.js"];

    private long Matching => Math.Min(_total, DeviceQuery.MaxCount);

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += OnLocationChanged;
        if (RendererInfo.IsInteractive)
        {
            _subscription = Live.Subscribe(OnEvent);
        }

        await EnterAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", ModulePath);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _subscription?.Dispose();
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        if (Interlocked.Exchange(ref _loading, null) is { } loading)
        {
            await CancelAsync(loading); // no longer the newest: it ends without a word
        }
    }

    /// <summary>No drawing of itself: each handler says when there is something to see.</summary>
    Task IHandleEvent.HandleEventAsync(EventCallbackWorkItem callback, object? arg) => callback.InvokeAsync(arg);

    /// <summary>Reads the address: organization, search, page.</summary>
    private async Task EnterAsync()
    {
        _actor = await Current.GetAsync();
        var access = await Current.GetAccessAsync();
        var organization = await Current.GetOrganizationAsync();
        if (!organization.IsSuccess)
        {
            _failure = Errors.Of(organization.Error);
            _rows = [];
            return;
        }

        _mayManage = access.Value?.Has(Right.ManageDevices) ?? false;
        if (_organizationId != organization.Value.OrganizationId)
        {
            (_organizationId, _organizationNumber) = (organization.Value.OrganizationId, organization.Value.Number);
            _labels = new DeviceRowLabels(Text, Shared, _organizationId);
            (_countedText, _counts, _products) = (null, null, []);
        }

        Remembered ??= (await Views.LayoutAsync(_actor)).Value ?? "";
        var query = Navigation.ToAbsoluteUri(Navigation.Uri).Query;
        _state = DeviceGridState.Parse(query, Remembered);
        _unread = [.. DeviceGridState.FindUnread(query).Select(unread => Text["Unread", unread.Name, unread.Value, string.Join(", ", unread.Words)].Value)];
        Note(isPush: false);
        if (First is { } packed && FirstDevicePage.Unpack(packed) is { } first && first.Query == _address)
        {
            (_counts, First) = (first.Counts, null);
            Take(new DevicePage(first.Rows, first.Next, first.Previous, first.Total, first.IsCapped, null, DeviceQueryText.Parse(_state.Text).Value?.Terms ?? []));
            return;
        }

        await CountAsync();
        await LoadAsync();
        if (!RendererInfo.IsInteractive && _rows is not null && _fault is null)
        {
            First = new FirstDevicePage(_address, _rows, _next, _previous, _total, _isCapped, _counts).Pack();
        }
    }

    private async Task TypeAsync(string? text)
    {
        _unread = [];
        _state = _state with { Text = text ?? "", Cursor = null };
        Note(isPush: false);
        await LoadAsync();
    }

    /// <summary>Another text by a click, which "back" can undo.</summary>
    private Task ShowAsync(string text) => GoAsync(_state with { Text = text, Cursor = null });

    private Task TurnAsync(string? cursor) => GoAsync(_state with { Cursor = cursor });

    private async Task SizeAsync(int size)
    {
        await GoAsync(_state with { PageSize = size, Cursor = null });
        await RememberAsync();
    }

    /// <summary>Up, down, as found.</summary>
    private Task SortAsync(DeviceSort sort) => GoAsync(_state with
    {
        Sort = _state.Sort == sort && _state.Descending ? DeviceSort.BestMatch : sort,
        Descending = _state.Sort == sort && !_state.Descending,
        Cursor = null,
    });

    private async Task GoAsync(DeviceGridState state)
    {
        _unread = [];
        _state = state;
        Note(isPush: true);
        await LoadAsync();
    }

    private Task ToggleColumnAsync(DeviceColumn column) => ChooseAsync(_state.Columns.Toggle(column), (column, 0));

    private Task MoveColumnAsync(DeviceColumn column, int by) => ChooseAsync(_state.Columns.Move(column, by), (column, by));

    /// <summary>Its line may have moved, and whatever moves in a document loses the focus.</summary>
    private async Task ChooseAsync(DeviceColumns columns, (DeviceColumn, int) clicked)
    {
        Adjust(_state with { Columns = columns });
        await _choices[clicked].FocusAsync();
        await RememberAsync();
    }

    private Task SetDensityAsync(bool isCompact)
    {
        Adjust(_state with { IsCompact = isCompact });
        return RememberAsync();
    }

    private void Adjust(DeviceGridState state)
    {
        _state = state;
        Note(isPush: false);
        StateHasChanged();
    }

    private async Task RememberAsync()
    {
        Remembered = _state.ToRemember();
        if ((await Views.SaveLayoutAsync(_actor, Remembered)).Error is { } error)
        {
            _failure = Errors.Of(error);
            StateHasChanged();
        }
    }

    /// <summary>The module beside this page puts it into the address bar: a navigation would be a request for each key.</summary>
    private void Note(bool isPush)
    {
        _address = _state.ToQuery(_organizationId);
        _pushes += isPush ? 1 : 0;
    }

    /// <summary>Searches. A newer search ends this one; an older one never shows.</summary>
    private async Task LoadAsync()
    {
        if (_actor is null || _labels is null)
        {
            return;
        }

        var before = _loading;
        using var loading = _loading = new CancellationTokenSource();
        if (before is not null)
        {
            await CancelAsync(before);
        }

        Result<DevicePage> result;
        try
        {
            result = await Queries.SearchAsync(
                _actor, _state.ToDeviceQuery(_organizationId, withCount: _state.Cursor is null || _countedText != _state.Text), loading.Token);
        }
        catch (OperationCanceledException) when (_loading != loading)
        {
            return;
        }

        if (_loading != loading)
        {
            return;
        }

        _loading = null;
        if (result.Error is CursorInvalid && _state.Cursor is not null)
        {
            _unread.Add(Text["UnreadPage", DeviceGridState.CursorParameter]);
            _state = _state with { Cursor = null };
            Note(isPush: false);
            await LoadAsync();
            return;
        }

        Take(result);
        StateHasChanged();
    }

    private static async Task CancelAsync(CancellationTokenSource loading)
    {
        try
        {
            await loading.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself meanwhile.
        }
    }

    private void Take(Result<DevicePage> result)
    {
        _fault = result.Error as DeviceQueryInvalid;
        _failure = result.Error is null or DeviceQueryInvalid ? null : Errors.Of(result.Error);
        if (!result.IsSuccess)
        {
            _rows ??= [];
            _said = _fault is null ? null : Say((DeviceQueryInvalid)_fault);
            return;
        }

        var page = result.Value;
        (_rows, _next, _previous) = (page.Rows, page.NextCursor, page.PreviousCursor);
        _terms = page.Terms.Any(term => term.Field != DeviceField.Text) ? page.Terms : [];
        if (page.TotalCount >= 0)
        {
            (_total, _isCapped, _countedText) = (page.TotalCount, page.IsCapped, _state.Text);
        }

        Forget();
        _said = Said();
    }

    private string Said()
    {
        var count = Number(_total) + (_isCapped ? "+" : "");
        return (_state.Text.Trim(), _total) switch
        {
            ("", _) => Text["Results", count],
            (var text, 0) => Text["ResultsNone", text],
            (var text, 1) => Text["ResultsOne", text],
            (var text, _) => Text["ResultsFor", count, text],
        };
    }

    private string Say(DeviceQueryInvalid fault) =>
        Text[$"Fault_{fault.Fault}", fault.Field, fault.Found, string.Join(", ", fault.Words)] is { ResourceNotFound: false } text
            ? Text["FaultAt", fault.Position + 1, fault.Field, text.Value]
            : Errors.Of(fault);

    private async Task CountAsync()
    {
        _countedAt = Environment.TickCount64;
        _counts = (await Queries.StatusCountsAsync(_actor, _organizationId)).Value;
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs location)
    {
        var address = Navigation.ToAbsoluteUri(location.Location);
        if (address.AbsolutePath == PortalRoutes.Devices)
        {
            _ = InvokeAsync(async () =>
            {
                await EnterAsync();
                StateHasChanged();
            });
        }
    }

    private string? SortOf(DeviceSort? sort) => sort is null ? null
        : sort != _state.Sort ? "none"
        : _state.Descending ? "descending" : "ascending";

    internal static string Number(long number) => number < 0 ? "" : number.ToString("N0", CultureInfo.CurrentCulture);
}
