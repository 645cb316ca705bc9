using System.Globalization;
using Portcullis.Assets;

namespace Portcullis.Revocations;

/// <summary>When automatic revocations are held for a person.</summary>
public sealed record BreakerOptions
{
    /// <value>Automatic revocations of one asset that may always pass in a minute, 1 to 100,000. Default 50.</value>
    public int PerMinute { get; init; } = 50;

    /// <value>Per cent of the asset's live sessions that may pass in a minute where that is more, 0 to 100. Default 1.</value>
    public double LivePercent { get; init; } = 1;

    /// <value>How many of an asset's last minute must share a user agent or a network to be suspicious, 2 to 100,000. Default 20.</value>
    public int ConcentratedFrom { get; init; } = 20;

    /// <value>And more than how many per cent of them, 10 to 100; 100 means never. Default 50.</value>
    public double ConcentratedPercent { get; init; } = 50;

    /// <summary>How many may pass in a minute.</summary>
    /// <param name="live">Live sessions of the asset.</param>
    public int LimitFor(int live) => Math.Max(PerMinute, (int)(live * LivePercent / 100));

    /// <summary>Everything that is not allowed: the name of the option, and its range.</summary>
    public IReadOnlyList<FieldError> Check()
    {
        var errors = new List<FieldError>();
        Within(errors, nameof(PerMinute), PerMinute, 1, 100_000);
        Within(errors, nameof(LivePercent), LivePercent, 0, 100);
        Within(errors, nameof(ConcentratedFrom), ConcentratedFrom, 2, 100_000);
        Within(errors, nameof(ConcentratedPercent), ConcentratedPercent, 10, 100);
        return errors;
    }

    private static void Within(List<FieldError> errors, string name, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
            errors.Add(new FieldError(name, string.Create(CultureInfo.InvariantCulture, $"is {value}; it must be {least} to {most}")));
    }
}
