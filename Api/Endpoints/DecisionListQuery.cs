using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Portcullis.Assets;
using Portcullis.Revocations;

namespace Portcullis.Api.Endpoints;

/// <summary>The query of a list of decisions.</summary>
internal sealed record DecisionListQuery
{
    public const int DefaultLimit = 100, MaxLimit = 1000;

    private static readonly string[] States = ["standing", "held", "lifted", "all"];

    [FromQuery(Name = "state")] public string? State { get; init; }

    [FromQuery(Name = "sid")] public string? Sid { get; init; }

    [FromQuery(Name = "limit")] public int? Limit { get; init; }

    [FromQuery(Name = "before")] public long? Before { get; init; }

    [FromQuery(Name = "asset")] public string? Asset { get; init; }

    [FromQuery(Name = "source")] public string? Source { get; init; }

    [FromQuery(Name = "detector")] public string? Detector { get; init; }

    [FromQuery(Name = "policyVersion")] public string? PolicyVersion { get; init; }

    [FromQuery(Name = "actor")] public string? Actor { get; init; }

    [FromQuery(Name = "userAgent")] public string? UserAgent { get; init; }

    [FromQuery(Name = "asn")] public long? Asn { get; init; }

    [FromQuery(Name = "from")] public DateTimeOffset? From { get; init; }

    [FromQuery(Name = "to")] public DateTimeOffset? To { get; init; }

    public Subject? Subject => Sid is null ? null : Revocations.Subject.Session(Sid);

    public DecisionFilter Filter => new()
    {
        From = From, To = To, Asset = Asset, Detector = Detector, PolicyVersion = PolicyVersion, Source = SourceNamed(Source), Actor = Actor, UserAgent = UserAgent, Asn = (uint?)Asn,
    };

    /// <summary>Everything that is wrong with it.</summary>
    public List<FieldError> Check()
    {
        var errors = new List<FieldError>();
        if (Limit is < 1 or > MaxLimit)
            errors.Add(new("limit", $"must be 1 to {MaxLimit}"));
        if (State is not null && !States.Contains(State))
            errors.Add(new("state", "must be 'standing', 'held', 'lifted' or 'all'"));
        if (Subject is { IsValid: false })
            errors.Add(new("sid", "must be 1 to 64 characters of A-Za-z0-9_-"));
        if (Source is not null && SourceNamed(Source) is null)
            errors.Add(new("source", $"must be one of {string.Join(", ", Enum.GetValues<DecisionSource>().Select(source => $"'{NameOf(source)}'"))}"));
        if (Asn is < 0 or > uint.MaxValue)
            errors.Add(new("asn", $"must be 0 to {uint.MaxValue}"));
        if (errors.Count == 0)
            errors.AddRange(FilterRules.Check(Filter));
        return errors;
    }

    /// <summary>A page of those decisions, newest first, that are meant.</summary>
    public List<Decision> Among(IEnumerable<Decision> decisions, int limit)
    {
        var filter = Filter;
        return [.. decisions.Where(decision => (Subject is null || decision.Subject == Subject) && decision.Sequence < (Before ?? long.MaxValue) && filter.Matches(decision)).Take(limit)];
    }

    private static DecisionSource? SourceNamed(string? name) => Enum.GetValues<DecisionSource>().Cast<DecisionSource?>().FirstOrDefault(source => NameOf(source!.Value) == name);

    private static string NameOf(DecisionSource source) => JsonNamingPolicy.CamelCase.ConvertName(source.ToString());
}
