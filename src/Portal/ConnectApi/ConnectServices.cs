using Portal.ConnectApi.OpenApi;

namespace Portal.ConnectApi;

public static class ConnectServices
{
    public static void AddConnectApi(this IServiceCollection services)
    {
        services.AddOptions<ConnectOptions>().BindConfiguration(ConnectOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<DeviceBatch>();
        services.AddSingleton<DeviceReads>();
        services.AddSingleton<DeviceActions>();
        services.AddSingleton<ProductActions>();
        services.AddSingleton<ConnectActions>();
        services.AddSingleton<BearerTokens>();
        services.AddSingleton<CallerIdentification>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<GatewayRefusals>();
        services.AddSingleton<ConnectCalls>();
        services.AddSingleton<TokenDoor>();
        services.AddSingleton<ConnectDocument>();
    }
}
