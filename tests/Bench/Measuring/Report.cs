using System.Globalization;

namespace Bench.Measuring;

/// <summary>Collects one line a figure and prints them as a table: ours, the reference's of the same run, the bar, the moonshot.</summary>
internal sealed class Report
{
    private readonly List<Line> _lines = [];

    public int Misses => _lines.Count(line => line.Missed);

    /// <summary>A figure that is judged by its ratio to the reference's figure.</summary>
    public void Ratio(string goal, string what, string unit, double ours, double reference, double? bar, double? moonshot = null) =>
        Add(new Line(goal, what, unit, ours, reference, bar * reference, bar is { } limit ? $"<= {Text(limit)} x" : "", moonshot * reference,
            moonshot is { } times ? $"<= {Text(times)} x" : ""));

    /// <summary>A figure that must stay under a limit, with the reference's beside it where there is one.</summary>
    public void AtMost(
        string goal, string what, string unit, double ours, double? reference, double bar, string? barText = null,
        double? moonshot = null, string? moonshotText = null) =>
        Add(new Line(goal, what, unit, ours, reference, bar, barText ?? $"<= {Text(bar)}", moonshot,
            moonshotText ?? (moonshot is { } limit ? $"<= {Text(limit)}" : "")));

    /// <summary>A figure that must reach a number.</summary>
    public void AtLeast(
        string goal, string what, string unit, double ours, double? reference, double? bar, string? barText = null,
        double? moonshot = null, string? moonshotText = null) =>
        Add(new Line(goal, what, unit, ours, reference, bar, barText ?? (bar is { } least ? $">= {Text(least)}" : ""), moonshot,
            moonshotText ?? (moonshot is { } limit ? $">= {Text(limit)}" : ""), MoreIsBetter: true));

    /// <summary>A figure without a bar.</summary>
    public void Info(string goal, string what, string unit, double ours, double? reference = null) =>
        Add(new Line(goal, what, unit, ours, reference, null, "", null, ""));

    public void Failed(string goal, Exception exception)
    {
        Console.Error.WriteLine($"{goal} could not be measured: {exception}");
        Add(new Line(goal, "not measured: " + exception.Message.ReplaceLineEndings(" "), "", double.NaN, null, 0, "", null, ""));
    }

    public void Print(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{"goal",-4}  {"figure",-56} {"ours",10} {"reference",10} {"ratio",7}  {"first bar",-18} {"",-4}  {"moonshot",-18}");
        foreach (var line in _lines)
        {
            output.WriteLine(line);
        }

        output.WriteLine();
        output.WriteLine($"{_lines.Count(line => line.Limit is not null) - Misses} bars held, {Misses} missed; "
            + $"{_lines.Count(line => line.Moonshot is not null && line.Meets(line.Moonshot))} of {_lines.Count(line => line.Moonshot is not null)} moonshots reached.");
    }

    private void Add(Line line)
    {
        _lines.Add(line);
        Console.WriteLine(line);
    }

    private static string Text(double value) => Math.Abs(value) switch
    {
        double.NaN => "-",
        < 10 => value.ToString("0.##", CultureInfo.InvariantCulture),
        < 100 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("#,0", CultureInfo.InvariantCulture),
    };

    private sealed record Line(
        string Goal, string What, string Unit, double Ours, double? Reference, double? Limit, string Bar,
        double? Moonshot, string MoonshotText, bool MoreIsBetter = false)
    {
        public bool Missed => Limit is not null && !Meets(Limit);

        public bool Meets(double? limit) => MoreIsBetter ? Ours >= limit : Ours <= limit;

        public override string ToString()
        {
            var verdict = Limit is null ? "" : Missed ? "MISS" : "pass";
            var reached = Moonshot is not null && Meets(Moonshot) ? " reached" : "";
            var ratio = Reference is { } reference and not 0 ? (Ours / reference).ToString("0.00", CultureInfo.InvariantCulture) : "";
            return $"{Goal,-4}  {(Unit.Length == 0 ? What : $"{What}, {Unit}"),-56} {Text(Ours),10} {(Reference is { } value ? Text(value) : ""),10} {ratio,7}  {Bar,-18} {verdict,-4}  {MoonshotText}{reached}";
        }
    }
}
