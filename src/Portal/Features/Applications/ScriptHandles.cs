using Microsoft.JSInterop;

namespace Portal.Features.Applications;

/// <summary>Lets go of what a component holds in its page.</summary>
internal static class ScriptHandles
{
    public static async ValueTask ReleaseAsync(IJSObjectReference? handle, IJSObjectReference? module)
    {
        try
        {
            if (handle is not null)
            {
                await handle.InvokeVoidAsync("dispose");
                await handle.DisposeAsync();
            }

            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (Exception exception) when (exception is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone, and what it held with it.
        }
    }
}
