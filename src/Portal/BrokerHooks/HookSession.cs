using Portal.Core.Connections;

namespace Portal.BrokerHooks;

/// <summary>A device that is connected to a broker elsewhere.</summary>
/// <param name="ClientId">Names its connection there, and what the broker keeps for it.</param>
internal sealed record HookSession(DeviceSession Session, string UserName, string ClientId)
{
    /// <summary>As a vendor's client calls itself: by its device key, alone, behind the product key, or with what else it tells of itself.</summary>
    public bool IsNamedAfterItself
    {
        get
        {
            var name = ClientId.Split('|')[0].Split('{')[0];
            return name == Session.DeviceKey || name == $"{Session.ProductKey}.{Session.DeviceKey}";
        }
    }
}
