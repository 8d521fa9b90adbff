using System.Text.Json.Serialization;

namespace Portal.Core.Live;

/// <summary>Something that open screens (and, with a broker, live device sessions) must learn of.</summary>
[JsonDerivedType(typeof(DeviceChangedEvent), "device")]
[JsonDerivedType(typeof(DevicesChangedEvent), "devices")]
[JsonDerivedType(typeof(ReplacementChangedEvent), "replacement")]
[JsonDerivedType(typeof(RevealChangedEvent), "reveal")]
[JsonDerivedType(typeof(SessionEndedEvent), "session")]
[JsonDerivedType(typeof(ApplicationChangedEvent), "application")]
[JsonDerivedType(typeof(ConnectionLogChangedEvent), "connections")]
[JsonDerivedType(typeof(ProductChangedEvent), "product")]
public abstract record FleetEvent;

/// <summary>A device was created, changed or deleted, or its status moved.</summary>
/// <param name="CredentialVersion">Sessions of an older generation must end; one above the present generation when every session must.</param>
public sealed record DeviceChangedEvent(long OrganizationNumber, long DeviceId, string AssetId, int CredentialVersion) : FleetEvent;

/// <summary>Many devices of an organization changed at once.</summary>
public sealed record DevicesChangedEvent(long OrganizationNumber) : FleetEvent;

public sealed record ReplacementChangedEvent(long OrganizationNumber, string AssetId, long ReplacementId) : FleetEvent;

/// <summary>A device signed in or out, or was refused.</summary>
public sealed record ConnectionLogChangedEvent(long OrganizationNumber, string AssetId) : FleetEvent;

/// <summary>A product was created, changed or deleted.</summary>
public sealed record ProductChangedEvent(long OrganizationNumber, string ProductKey) : FleetEvent;

/// <summary>An application was created, changed or deleted.</summary>
public sealed record ApplicationChangedEvent(long OrganizationNumber, string AccessKey) : FleetEvent;

/// <summary>A right to see a secret was given, used or ended.</summary>
public sealed record RevealChangedEvent(string OwnerIssuer, string OwnerSubject, Guid GrantId) : FleetEvent;

/// <summary>A session, or every session of a person, ended.</summary>
public sealed record SessionEndedEvent(string Issuer, string Subject, string? SessionId) : FleetEvent;
