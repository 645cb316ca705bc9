using System.Text.Json;
using Portcullis.Sessions;
using Portcullis.Sessions.Detectors;

namespace Portcullis.Core.Tests.Sessions;

public sealed class DetectionRulesTests
{
    private static string[] Fields(DetectionPolicy policy) => [.. DetectionRules.Check(policy).Select(error => error.Field)];

    [Fact]
    public void Check_Defaults_AreValid() => Assert.Empty(DetectionRules.Check(new DetectionPolicy()));

    [Theory]
    [InlineData(0, 80, "flagAt")]
    [InlineData(101, 100, "flagAt")]
    [InlineData(1, 0, "revokeAt")]
    [InlineData(50, 101, "revokeAt")]
    [InlineData(81, 80, "flagAt")]
    public void Check_ThresholdOutOfRange_NamesIt(int flagAt, int revokeAt, string field) => Assert.Contains(field, Fields(new DetectionPolicy { FlagAt = flagAt, RevokeAt = revokeAt }));

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Check_SamplingOutOfRange_NamesIt(int sampling) => Assert.Contains("sampling", Fields(new DetectionPolicy { Sampling = sampling }));

    [Fact]
    public void Check_SampledLogs_DisarmDetectorsThatNeedEveryLine()
    {
        var sampled = new DetectionPolicy { Sampling = 50 };

        Assert.Equal(["pace.armed", "restream.armed"], Fields(sampled));
        Assert.Empty(Fields(sampled with { Pace = new() { Armed = false }, Restream = new() { Armed = false } }));
    }

    /// <summary>Every weight there is, those of detectors to come included, and every other number.</summary>
    [Fact]
    public void Check_AnyNumberOfADetectorFarOutOfRange_IsNamed()
    {
        var fields = 0;
        foreach (var detector in typeof(DetectionPolicy).GetProperties().Where(property => property.PropertyType.IsSubclassOf(typeof(DetectorOptions))))
        {
            foreach (var option in detector.PropertyType.GetProperties().Where(property => property.PropertyType == typeof(int) || property.PropertyType == typeof(double)))
            {
                foreach (var value in new[] { -1, 100_000 })
                {
                    var policy = new DetectionPolicy();
                    option.SetValue(detector.GetValue(policy), option.PropertyType == typeof(int) ? (object)value : (double)value);
                    var name = $"{JsonNamingPolicy.CamelCase.ConvertName(detector.Name)}.{JsonNamingPolicy.CamelCase.ConvertName(option.Name)}";

                    Assert.Equal([name], Fields(policy));
                    fields++;
                }
            }
        }
        Assert.InRange(fields, 40, int.MaxValue);
    }

    [Fact]
    public void Check_WeightAboveAHundred_SaysWhatIsAllowed()
    {
        var error = Assert.Single(DetectionRules.Check(new DetectionPolicy { Restream = new() { ToolWeight = 101 } }, "detection."));

        Assert.Equal(("detection.restream.toolWeight", "101 must be 0 to 100"), (error.Field, error.Error));
    }

    [Fact]
    public void Check_NotANumber_IsNamed() => Assert.Equal(["pace.ripFrom"], Fields(new DetectionPolicy { Pace = new() { RipFrom = double.NaN } }));

    [Fact]
    public void Check_Lists_AreBoundedAndHoldNoEmptyText()
    {
        var networks = Enumerable.Range(0, 2_001).Select(number => (uint)number).ToArray();

        Assert.Equal(["hostingNetworks", "vpnNetworks", "relayNetworks"], Fields(new DetectionPolicy { HostingNetworks = networks, VpnNetworks = networks, RelayNetworks = networks }));
        Assert.Equal(["toolAgents[1]", "toolAgents[2]"], Fields(new DetectionPolicy { ToolAgents = ["vlc", "", null!] }));
        Assert.Equal(["toolAgents"], Fields(new DetectionPolicy { ToolAgents = [.. Enumerable.Repeat("vlc", 501)] }));
    }

    [Fact]
    public void Check_NullsOfACarelessCaller_AreNamed()
    {
        foreach (var part in typeof(DetectionPolicy).GetProperties().Where(property => property.PropertyType.IsClass || property.PropertyType.IsInterface))
        {
            var policy = new DetectionPolicy();
            part.SetValue(policy, null);

            Assert.Equal([JsonNamingPolicy.CamelCase.ConvertName(part.Name)], Fields(policy));
        }
    }
}
