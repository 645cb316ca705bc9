using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Portcullis.Api.Tests.Service;

/// <summary>Settings that note which of them are asked for.</summary>
public sealed class ObservedConfiguration(IReadOnlyDictionary<string, string> settings) : IConfiguration
{
    private readonly IConfiguration _settings = new ConfigurationBuilder().AddInMemoryCollection(settings!).Build();

    /// <summary>The names of what was asked for; of sections as <c>Section:*</c>.</summary>
    public SortedSet<string> Asked { get; } = new(StringComparer.Ordinal);

    public string? this[string key]
    {
        get
        {
            Asked.Add(key);
            return _settings[key];
        }
        set => _settings[key] = value;
    }

    public IConfigurationSection GetSection(string key)
    {
        Asked.Add(key + ":*");
        return _settings.GetSection(key);
    }

    public IEnumerable<IConfigurationSection> GetChildren() => _settings.GetChildren();

    public IChangeToken GetReloadToken() => _settings.GetReloadToken();
}
