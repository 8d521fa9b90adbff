using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Bench.Measuring;

/// <summary>A page that circuits are opened on.</summary>
/// <param name="SearchBox">An attribute value that only the search box has, e.g. its id.</param>
internal sealed record CircuitPage(Uri Address, string SearchBox, string? Cookie);

/// <summary>A Blazor Server circuit without a browser: acknowledges render batches, answers JavaScript calls, types into the search box.</summary>
internal sealed partial class Circuit(CircuitPage page) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _rendered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private HubConnection? _hub;
    private ulong _inputHandler;
    private long _interopId = -1;
    private long _lastBatch;
    private volatile bool _isClosed;
    private int _calls;
    private (string Text, TaskCompletionSource Arrived)? _wanted;

    public long Bytes { get; private set; }

    public long Batches { get; private set; }

    public string? Error { get; private set; }

    public async Task OpenAsync(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page.Address);
        if (page.Cookie is not null)
        {
            request.Headers.Add("Cookie", page.Cookie);
        }

        using var answer = await http.SendAsync(request);
        var html = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        var roots = RootMarker().Matches(html).Select(match => JsonDocument.Parse(match.Groups[1].Value).RootElement)
            .Where(marker => marker.TryGetProperty("descriptor", out _)).ToArray();
        if (roots.Length == 0)
        {
            throw new InvalidOperationException($"{page.Address} has no interactive component (status {answer.StatusCode}).");
        }

        var state = StateMarker().Match(html) is { Success: true } found ? found.Groups[1].Value : "";
        _hub = Connect(new Uri(page.Address, "/_blazor"));
        await _hub.StartAsync();
        var origin = new Uri(page.Address, "/").ToString();
        _ = await _hub.InvokeAsync<string?>("StartCircuit", origin, page.Address.ToString(), "[]", state)
            ?? throw new InvalidOperationException("The server opened no circuit.");
        var add = new { batchId = 1, operations = roots.Select((marker, i) => new { type = "add", ssrComponentId = i + 1, marker }) };
        await _hub.SendAsync("UpdateRootComponents", JsonSerializer.Serialize(add), state);
        await Task.WhenAny(_rendered.Task, Task.Delay(s_patience));

        // A page that is told of changes all the time is never quiet.
        await Task.WhenAny(QuietAsync(TimeSpan.FromMilliseconds(150)), Task.Delay(TimeSpan.FromSeconds(1)));
    }

    /// <summary>Types <paramref name="text"/> over what the box holds; milliseconds until a batch brings <paramref name="expected"/>, or nothing.</summary>
    public async Task<double?> TypeAsync(string text, string expected)
    {
        if (_inputHandler == 0 || _interopId < 0)
        {
            throw new InvalidOperationException($"No search box '{page.SearchBox}' in the circuit of {page.Address}. {Error}");
        }

        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _wanted = (expected, arrived);
        }

        var started = Stopwatch.GetTimestamp();
        object[] typed = [new { eventHandlerId = _inputHandler, eventName = "input", eventFieldInfo = (object?)null }, new { value = text, type = "input" }];
        await _hub!.SendAsync("BeginInvokeDotNetFromJS", $"{++_calls}", (string?)null, "DispatchEventAsync", _interopId, JsonSerializer.Serialize(typed));
        return await Task.WhenAny(arrived.Task, Task.Delay(s_patience)) == arrived.Task
            ? Stopwatch.GetElapsedTime(started).TotalMilliseconds
            : null;
    }

    /// <summary>Waits until the server has sent nothing for a while, so that late batches are counted too.</summary>
    public async Task QuietAsync(TimeSpan quiet)
    {
        do
        {
            await Task.Delay(quiet);
        }
        while (!_isClosed && Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastBatch)) < quiet);
    }

    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }
    }

    private HubConnection Connect(Uri hub)
    {
        var builder = new HubConnectionBuilder().WithUrl(hub, options =>
        {
            options.SkipNegotiation = true;
            options.Transports = HttpTransportType.WebSockets;
            if (page.Cookie is not null)
            {
                options.Headers["Cookie"] = page.Cookie;
            }

            options.Headers["Origin"] = hub.GetLeftPart(UriPartial.Authority);
        });
        builder.Services.AddSingleton<IHubProtocol>(new BlazorPack());
        var connection = builder.Build();
        connection.ServerTimeout = TimeSpan.FromMinutes(5);
        connection.On<long, byte[]>("JS.RenderBatch", async (id, data) =>
        {
            Receive(data);
            await connection.SendAsync("OnRenderCompleted", id, (string?)null);
        });
        connection.On<long, string, string, int, long, int>("JS.BeginInvokeJS", async (handle, name, arguments, resultType, _, _) =>
        {
            if (name.EndsWith("attachWebRendererInterop", StringComparison.Ordinal) && InteropId().Match(arguments) is { Success: true } id)
            {
                _interopId = long.Parse(id.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            }

            var result = resultType == 1 ? """{"__jsObjectId":1}""" : "null";
            await connection.SendAsync("EndInvokeJSFromDotNet", handle, true, $"[{handle},true,{result}]");
        });
        connection.On<string, bool, string>("JS.EndInvokeDotNet", (_, succeeded, result) => Error ??= succeeded ? null : result);
        connection.On<string>("JS.Error", error =>
        {
            Error ??= error;
            _rendered.TrySetResult();
        });
        connection.On<int, string>("JS.AttachComponent", (_, _) => { });
        connection.On<long>("JS.EndUpdateRootComponents", _ => { });
        connection.On<int, byte[]>("JS.ReceiveByteArray", (_, _) => { });
        return connection;
    }

    private void Receive(byte[] data)
    {
        var batch = new RenderBatch(data);
        (string Text, TaskCompletionSource Arrived)? wanted;
        lock (_gate)
        {
            Bytes += data.Length;
            Batches++;
            wanted = _wanted;
            _inputHandler = batch.InputHandler(page.SearchBox) ?? _inputHandler;
        }

        Interlocked.Exchange(ref _lastBatch, Stopwatch.GetTimestamp());
        if (!batch.IsEmpty)
        {
            _rendered.TrySetResult();
        }

        if (wanted is { } waiting && batch.ContainsText(waiting.Text))
        {
            waiting.Arrived.TrySetResult();
        }
    }

    [GeneratedRegex("<!--Blazor:(\\{.*?\\})-->")]
    private static partial Regex RootMarker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->")]
    private static partial Regex StateMarker();

    [GeneratedRegex("\"__dotNetObject\":(\\d+)")]
    private static partial Regex InteropId();
}
