using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;

namespace Portal.Broker;

/// <summary>What a connection says when the other side is no more.</summary>
internal static class Connections
{
    public static bool IsLoss(Exception exception) => exception is IOException or OperationCanceledException or WebSocketException
        or ConnectionAbortedException or ObjectDisposedException or InvalidOperationException;
}
