using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using Portal.Resources;

namespace Portal.Features.Applications;

/// <summary>Takes a public key that was made elsewhere. A private key that is pasted by mistake never leaves the browser.</summary>
public sealed partial class PublicKeyForm : IAsyncDisposable
{
    private static readonly string[] s_texts = ["PublicKeyIsPrivate", "PublicKeyEmpty", "PairNoAnswer"];

    private readonly string _textId = $"public-{Guid.NewGuid():N}";
    private ElementReference _root;
    private IJSObjectReference? _module;
    private IJSObjectReference? _handle;
    private DotNetObjectReference<PublicKeyForm>? _self;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Inject]
    public required IJSRuntime Script { get; init; }

    /// <summary>Registers the text. What is wrong with it, in the language of the screen, or null.</summary>
    [Parameter, EditorRequired]
    public required Func<string, Task<string?>> Register { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnCancel { get; set; }

    private string Texts => JsonSerializer.Serialize(s_texts.ToDictionary(key => key, key => Text[key].Value));

    [JSInvokable]
    public async Task<string?> RegisterAsync(string publicKey)
    {
        string? fault = null;
        await InvokeAsync(async () => fault = await Register(publicKey));
        return fault;
    }

    // Anything that rendering changed would undo what the module has set.
    protected override bool ShouldRender() => false;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await Script.InvokeAsync<IJSObjectReference>("import", $"./{Assets["Features/Applications/PublicKeyForm.razor.js"]}");
            _handle = await _module.InvokeAsync<IJSObjectReference>("attach", _root, _self);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ScriptHandles.ReleaseAsync(_handle, _module);
        _self?.Dispose();
    }
}
