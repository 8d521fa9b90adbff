using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using Portal.Resources;

namespace Portal.Features.Applications;

/// <summary>
/// Makes an RSA key pair in the browser. The private half goes from there to a file or the clipboard and nowhere else;
/// this component gets the public half, once the person has stored the private one.
/// </summary>
public sealed partial class KeyPairMaker : IAsyncDisposable
{
    private static readonly string[] s_texts =
    [
        "PairNoCrypto", "PairMaking", "PairFailed", "PairSaved", "PairCopied", "PairCopyByHand", "PairGone", "PairRegistering", "PairNoAnswer", "PairStoredWhy",
    ];

    private readonly string _whyId = $"pair-{Guid.NewGuid():N}";
    private ElementReference _root;
    private IJSObjectReference? _module;
    private IJSObjectReference? _handle;
    private DotNetObjectReference<KeyPairMaker>? _self;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Inject]
    public required IJSRuntime Script { get; init; }

    /// <summary>For the private key.</summary>
    [Parameter, EditorRequired]
    public required string FileName { get; set; }

    /// <summary>Registers the public key (base64 SPKI).</summary>
    /// <remarks>True when it is registered, and the private key may leave the page.</remarks>
    [Parameter, EditorRequired]
    public required Func<string, Task<bool>> Register { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnCancel { get; set; }

    private string Texts => JsonSerializer.Serialize(s_texts.ToDictionary(key => key, key => Text[key].Value));

    [JSInvokable]
    public async Task<bool> RegisterAsync(string publicKey)
    {
        var isDone = false;
        await InvokeAsync(async () => isDone = await Register(publicKey));
        return isDone;
    }

    // Anything that rendering changed would undo what the module has set.
    protected override bool ShouldRender() => false;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await Script.InvokeAsync<IJSObjectReference>("import", $"./{Assets["Features/Applications/KeyPairMaker.razor.js"]}");
            _handle = await _module.InvokeAsync<IJSObjectReference>("attach", _root, _self);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ScriptHandles.ReleaseAsync(_handle, _module);
        _self?.Dispose();
    }
}
