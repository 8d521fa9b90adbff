namespace Bench.Measuring;

/// <summary>Times of one kind of operation, in milliseconds.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    public int Count => _values.Count;

    public double P50 => Percentile(0.50);

    public double P95 => Percentile(0.95);

    public double P99 => Percentile(0.99);

    public double Max => _values.Count == 0 ? double.NaN : _values.Max();

    public double Mean => _values.Count == 0 ? double.NaN : _values.Average();

    public void Add(double milliseconds)
    {
        lock (_values)
        {
            _values.Add(milliseconds);
        }
    }

    public void Add(Samples other)
    {
        lock (_values)
        {
            _values.AddRange(other._values);
        }
    }

    private double Percentile(double share)
    {
        if (_values.Count == 0)
        {
            return double.NaN;
        }

        var sorted = _values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }
}
