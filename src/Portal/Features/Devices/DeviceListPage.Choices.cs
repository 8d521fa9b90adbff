using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Products;
using Portal.Core.Views;

namespace Portal.Features.Devices;

/// <summary>Menus, chips and views: all of them only write the text of the search.</summary>
public sealed partial class DeviceListPage
{

    private static readonly (DeviceField Field, string[] Values)[] s_filters =
    [
        (DeviceField.Status, ["online", "offline", "inactive", "disabled"]),
        (DeviceField.Replaced, ["<24h", "<7d", "<30d"]),
        (DeviceField.State, ["awaiting", "connected"]),
        (DeviceField.Secret, ["not-confirmed", "never-confirmed", "confirmed", "not-requested"]),
        (DeviceField.Seen, ["<1h", ">1d", ">7d"]),
    ];

    private static readonly (string Name, string Text)[] s_shippedViews =
    [
        ("ViewAwaiting", "state:awaiting"),
        ("ViewReplacedThisWeek", "replaced:<7d"),
        ("ViewNeverConfirmed", "secret:never-confirmed"),
        ("ViewOffline", "status:offline seen:>1d"),
    ];

    private static readonly Dictionary<DeviceColumn, (string Class, DeviceSort? Sort)> s_headers = new()
    {
        [DeviceColumn.Name] = ("grow", DeviceSort.Name),
        [DeviceColumn.Key] = ("col-key", DeviceSort.Key),
        [DeviceColumn.Product] = ("col-product", DeviceSort.Product),
        [DeviceColumn.Replaced] = ("col-replaced", null),
        [DeviceColumn.Created] = ("col-created", DeviceSort.Created),
        [DeviceColumn.Status] = ("col-status", DeviceSort.Status),
        [DeviceColumn.Seen] = ("col-seen", null),
    };

    private Menu _menu;
    private IReadOnlyList<ProductSummary> _products = [];
    private IReadOnlyList<SavedViewSummary> _views = [];
    private string? _viewName;
    private string? _viewFault;

    private enum Menu
    {
        None,
        Filters,
        Views,
        Columns,
    }

    private static string Word(DeviceStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>What a menu holds is read when it is opened for the first time: most people never open it.</summary>
    private async Task OpenMenuAsync(Menu menu)
    {
        if (_menu == menu)
        {
            return;
        }

        _menu = menu;
        if (menu == Menu.Filters && _products.Count == 0)
        {
            _products = (await Products.ListAsync(_actor, _organizationId)).Value ?? [];
        }
        else if (menu == Menu.Views)
        {
            _views = (await Views.MineAsync(_actor)).Value ?? [];
        }

        StateHasChanged();
    }

    private bool Has(DeviceField field, string value) => _terms.Any(term => term.Field == field && term.Values.Contains(value));

    private string FilterName(DeviceField field, string value) => field switch
    {
        DeviceField.Status => _labels?.Status(Enum.Parse<DeviceStatus>(value, ignoreCase: true)).Word ?? value,
        _ => Text[$"Filter_{field}_{value.Replace("<", "Within", StringComparison.Ordinal).Replace(">", "Over", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal)}"],
    };

    private Task ToggleTermAsync(DeviceField field, string value, bool isOnly = false)
    {
        // A text with a fault cannot be read: what was typed makes way for what was clicked.
        var text = DeviceQueryText.Parse(_state.Text).Value ?? DeviceQueryText.Empty;
        var term = text.Terms.FirstOrDefault(known => known.Field == field);
        var isAge = value is ['<' or '>', ..];
        string[] values = term is null || ((isOnly || isAge) && !term.Values.Contains(value)) ? [value]
            : term.Values.Contains(value) ? [.. term.Values.Where(known => known != value)]
            : [.. term.Values, value];
        var rest = term is null ? text : text.Without(term);
        return ShowAsync((values.Length == 0 ? rest : rest.With(DeviceTerm.Of(field, values))).ToString());
    }

    private Task RemoveTermAsync(DeviceTerm term) => ShowAsync((DeviceQueryText.Parse(_state.Text).Value ?? DeviceQueryText.Empty).Without(term).ToString());

    private Task ShowViewAsync(SavedViewSummary view) => GoAsync(DeviceGridState.Parse(view.Query, Remembered) with { Cursor = null });

    private async Task SaveViewAsync()
    {
        var saved = await Views.SaveAsync(_actor, _viewName ?? "", (_state with { Cursor = null }).ToQuery(null));
        _viewFault = saved.IsSuccess ? null : Errors.Of(saved.Error);
        if (saved.IsSuccess)
        {
            _viewName = null;
            _views = (await Views.MineAsync(_actor)).Value ?? [];
        }

        StateHasChanged();
    }

    private async Task DeleteViewAsync(SavedViewSummary view)
    {
        var deleted = await Views.DeleteAsync(_actor, view.Id);
        _viewFault = deleted.IsSuccess ? null : Errors.Of(deleted.Error);
        _views = (await Views.MineAsync(_actor)).Value ?? [];
        StateHasChanged();
    }
}
