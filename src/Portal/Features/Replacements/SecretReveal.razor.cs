using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using Portal.Core.Reveals;
using Portal.Features.Applications;
using Portal.Resources;

namespace Portal.Features.Replacements;

/// <summary>
/// Shows a new secret to its maker. The bytes go from <see cref="RevealEndpoints"/> to the module beside this file and
/// no further: this component holds the number of a grant, never a secret.
/// </summary>
public sealed partial class SecretReveal : IAsyncDisposable
{
    private static readonly string[] s_texts =
    [
        "SecretCount", "SecretShow", "SecretHide", "SecretShowAgain", "SecretCopied", "SecretCopyByHand", "SecretDownloaded",
        "SecretWipedHidden", "SecretWipedConnection", "SecretWipedTime", "SecretNoAnswer", "SecretRefused", "SecretSignedOut",
        "SecretConfirming", "SecretConfirmRetry", "SecretConfirmed", "SecretQrLabel", "SecretNotShownYet",
    ];

    private readonly string _titleId = $"reveal-{Guid.NewGuid():N}";
    private readonly string _ackId = $"reveal-{Guid.NewGuid():N}";
    private ElementReference _root;
    private IJSObjectReference? _module;
    private IJSObjectReference? _handle;
    private DotNetObjectReference<SecretReveal>? _self;

    [Inject]
    public required IStringLocalizer<ReplacementsText> Text { get; init; }

    [Inject]
    public required IJSRuntime Script { get; init; }

    [Parameter, EditorRequired]
    public required OpenReveal Reveal { get; set; }

    /// <summary>Right after the secret was made its maker wants it; when a page comes back it waits for a click, because each display counts.</summary>
    [Parameter]
    public bool FetchAtOnce { get; set; }

    /// <summary>The owner has confirmed that the secret is stored, and the server has answered.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnConfirmed { get; set; }

    /// <summary>The server says that it is not shown any more.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnEnded { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnLater { get; set; }

    private bool IsOfDevice => Reveal.Subject == RevealSubject.Device;

    private string Title => Text[Reveal.Subject switch
    {
        RevealSubject.Application => "SecretKeyTitle",
        RevealSubject.Product => "ProductSecretTitle",
        _ => "SecretTitle",
    }];

    private string FileName => Reveal.Subject switch
    {
        RevealSubject.Application => Reveal.ApplicationName!,
        RevealSubject.Product => Reveal.ProductKey,
        _ => Reveal.DeviceKey,
    };

    /// <summary>What a file says beside the secret: its name in JSON, its name in the environment, its value. The secret's own come last, without it.</summary>
    private string Facts => JsonSerializer.Serialize<string[][]>(Reveal.Subject switch
    {
        RevealSubject.Application => [["accessKey", "PORTAL_ACCESS_KEY", Reveal.AccessKey!], ["secretKey", CodeSample.SecretKeyVariable]],
        RevealSubject.Product => [["productKey", "PRODUCT_KEY", Reveal.ProductKey], ["productSecret", "PRODUCT_SECRET"]],
        _ => [["assetId", "ASSET_ID", Reveal.AssetId], ["productKey", "PRODUCT_KEY", Reveal.ProductKey], ["deviceKey", "DEVICE_KEY", Reveal.DeviceKey], ["deviceSecret", "DEVICE_SECRET"]],
    });

    private string Texts => JsonSerializer.Serialize(s_texts.ToDictionary(key => key, key => Text[key].Value));

    [JSInvokable]
    public Task ConfirmedAsync() => InvokeAsync(() => OnConfirmed.InvokeAsync());

    [JSInvokable]
    public Task EndedAsync() => InvokeAsync(() => OnEnded.InvokeAsync());

    // Anything that rendering changed would undo what the module has set.
    protected override bool ShouldRender() => false;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await Script.InvokeAsync<IJSObjectReference>("import", $"./{Assets["Features/Replacements/SecretReveal.razor.js"]}");
            _handle = await _module.InvokeAsync<IJSObjectReference>("attach", _root, _self, FetchAtOnce);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_handle is not null)
            {
                await _handle.InvokeVoidAsync("dispose");
                await _handle.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (Exception exception) when (exception is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone and wiped itself, before the call or while it was under way.
        }

        _self?.Dispose();
    }
}
