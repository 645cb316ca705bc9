using System.Reflection;
using System.Text.RegularExpressions;
using Portcullis.Api.Hosting;
using Portcullis.Api.Tests.Service;
using Portcullis.Logs;

namespace Portcullis.Api.Tests;

/// <summary>docs/local.md and docs/aws.md list the settings that the service reads, and no others.</summary>
public sealed partial class SettingsDocumentationTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public void Settings_Local_AreListed() => Assert.Empty(Asked(Nothing).Except(Listed("local.md")));

    [Fact]
    public void Settings_Aws_AreListed() => Assert.Empty(Asked(AwsHostingTests.Complete).Except(Listed("local.md")).Except(Listed("aws.md")));

    [Fact]
    public void Settings_Listed_AreRead() => Assert.Empty(Listed("local.md").Union(Listed("aws.md")).Except(Asked(Nothing)).Except(Asked(AwsHostingTests.Complete)));

    [Fact]
    public void LogFields_Default_AreThoseToConfigure() => Assert.Contains($"    {LogFieldList.DefaultText}\n", File.ReadAllText(PathOf("aws.md")), StringComparison.Ordinal);

    private static HashSet<string> Asked(IReadOnlyDictionary<string, string> settings)
    {
        var configuration = new ObservedConfiguration(settings);
        ServiceOptions.From(configuration);
        return [.. configuration.Asked];
    }

    /// <summary>What a page names in the first column of a table, in the form of a setting.</summary>
    private static HashSet<string> Listed(string page) =>
        [.. File.ReadLines(PathOf(page)).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => SettingName().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value))];

    private static string PathOf(string page) =>
        Path.Combine(typeof(SettingsDocumentationTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Root").Value!, "docs", page);

    [GeneratedRegex(@"`(PORTCULLIS_DATA|Profile|[A-Z][A-Za-z]+(?::[A-Z][A-Za-z]+)+(?::\*)?)`")]
    private static partial Regex SettingName();
}
