using Portal.Core.Connections;

namespace Portal.Core.MeasurePoints;

/// <summary>What a device says of one moment.</summary>
/// <param name="Session">Of the device that it is about: the sender itself, or a sub-device behind it.</param>
/// <param name="At">By the device's own clock, or by ours when it named none.</param>
public sealed record MeasurePost(DeviceSession Session, DateTimeOffset At, IReadOnlyList<MeasureValue> Values);

/// <summary>The value of one measure point: a number or a text, never both.</summary>
/// <param name="Point">Identifier of the point; see <see cref="PointName"/>.</param>
public sealed record MeasureValue(string Point, double? Number, string? Text);

/// <summary>Stored, on the disk.</summary>
public sealed record Accepted(int Values);
