namespace Portal.Core.MeasurePoints;

/// <summary>A post that is not stored, nothing of it.</summary>
/// <param name="Code">As a reply over MQTT has it: contract.md 6.3.</param>
/// <param name="Reason">One sentence for the log of the device.</param>
public sealed record MeasureRefused(int Code, string Reason) : Error(Reason)
{
    /// <summary>Model check: a name, a value or a time that cannot be.</summary>
    public const int ModelCheck = 1204;

    public const int Empty = 1251;

    public const int TooLarge = 1008;
}

/// <summary>
/// The device of the session has another secret by now, is disabled or is gone: whoever sends speaks for nobody. A reply over MQTT, if there
/// still is somebody to reply to, has code 1009.
/// </summary>
public sealed record SessionOver(string DeviceKey) : Error($"The session of device '{DeviceKey}' is over.")
{
    public const int NoWritePermission = 1009;
}
