namespace Portal.Shared;

/// <summary>
/// Reads again after an event. What comes in while it reads is one more reading and not one beside it: a burst costs two, and
/// what stands on the screen in the end is what was read last.
/// </summary>
/// <remarks>For the one thread of a circuit.</remarks>
public sealed class Refresh(Func<Task> read)
{
    private bool _isReading;
    private bool _isStale;

    public async Task RunAsync()
    {
        _isStale = true;
        if (_isReading)
        {
            return;
        }

        _isReading = true;
        try
        {
            while (_isStale)
            {
                _isStale = false;
                await read();
            }
        }
        finally
        {
            _isReading = false;
        }
    }
}
