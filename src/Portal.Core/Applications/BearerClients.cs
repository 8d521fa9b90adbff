using Portal.Core.Access;

namespace Portal.Core.Applications;

/// <summary>Tells which application a client of the identity provider is. Its token was checked by the caller.</summary>
public sealed class BearerClients(IApplicationFacts facts, RefusedCalls refusals)
{
    /// <param name="clientId">The token's <c>client_id</c>, or its subject.</param>
    /// <returns>Or <see cref="BearerClientUnknown"/>.</returns>
    public Result<Actor> Find(string clientId, string? address, string? requestId = null) => facts.FindByBearerClient(clientId) is { } application
        ? ApplicationIdentity.Of(application.AccessKey, application.Name, address) with { RequestId = requestId }
        : refusals.Count(new BearerClientUnknown(clientId));
}
