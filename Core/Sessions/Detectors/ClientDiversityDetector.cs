using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds many user agents in one minute. Corroborates only.</summary>
internal static class ClientDiversityDetector
{
    public const string Name = "client-diversity";

    public static Finding? Examine(in Minute minute, ClientDiversityOptions options) =>
        minute.Agents < options.LeastAgents ? null
        : new Finding(Name, options.Weight, string.Create(CultureInfo.InvariantCulture, $"{minute.Agents} user agents fetched within one minute."), minute.Agents, minute.End - 1);
}
