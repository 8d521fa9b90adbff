using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Portal.Development;

/// <summary>Where the portal itself can be reached on this machine, known once the server listens.</summary>
public static class ListeningAddress
{
    public static Uri Of(IServer server)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address = addresses.FirstOrDefault(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ?? addresses.FirstOrDefault();
        if (address is null)
        {
            return new Uri("http://localhost");
        }

        var binding = BindingAddress.Parse(address);
        var everywhere = binding.Host is "*" or "+" or "0.0.0.0" or "[::]" or "";
        return new Uri($"{binding.Scheme}://{(everywhere ? "localhost" : binding.Host)}:{binding.Port}");
    }
}
