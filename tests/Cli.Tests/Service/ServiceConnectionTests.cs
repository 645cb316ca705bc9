using Portcullis.Cli.Service;

namespace Portcullis.Cli.Tests.Service;

public sealed class ServiceConnectionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portcullis-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void DataFolder_Variable_Wins() =>
        Assert.Equal("/srv/p", ConnectionFile.DataFolder(name => name == "PORTCULLIS_DATA" ? "/srv/p" : null));

    [Fact]
    public void DataFolder_NoVariable_IsInLocalApplicationData()
    {
        var folder = ConnectionFile.DataFolder(_ => null);

        Assert.EndsWith("portcullis", folder, StringComparison.Ordinal);
        Assert.True(Path.IsPathRooted(folder));
    }

    [Fact]
    public void Discover_ConnectionFile_GivesAddressAndKey()
    {
        WriteConnection();

        var found = ServiceConnection.Discover(null, null, _folder.FullName);

        Assert.Equal(new Uri("http://127.0.0.1:5080"), found.Api);
        Assert.Equal("the-key", found.Key);
    }

    [Fact]
    public void Discover_OtherApi_DoesNotGetTheLocalKey()
    {
        WriteConnection();

        var failure = Assert.Throws<ServiceFailure>(() => ServiceConnection.Discover(new Uri("https://elsewhere.test"), null, _folder.FullName));

        Assert.Contains("--api-key-file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Discover_SameApiGiven_UsesTheLocalKey()
    {
        WriteConnection();

        Assert.Equal("the-key", ServiceConnection.Discover(new Uri("http://127.0.0.1:5080/"), null, _folder.FullName).Key);
    }

    [Fact]
    public void Discover_NothingThere_SaysHowToStart()
    {
        var failure = Assert.Throws<ServiceFailure>(() => ServiceConnection.Discover(null, null, _folder.FullName));

        Assert.Contains("dotnet run --project Api", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    public void Discover_BrokenFile_NamesIt(string content)
    {
        Write(ConnectionFile.FileName, content);

        var failure = Assert.Throws<ServiceFailure>(() => ServiceConnection.Discover(null, null, _folder.FullName));

        Assert.Contains(ConnectionFile.FileName, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    public void Discover_BadKeyFile_DoesNotQuoteIt(string content)
    {
        var key = Write("a.key", content);

        var failure = Assert.Throws<ServiceFailure>(() => ServiceConnection.Discover(new Uri("http://127.0.0.1:1"), new FileInfo(key), _folder.FullName));

        Assert.Contains("a.key", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("two", failure.Message, StringComparison.Ordinal);
    }

    private void WriteConnection()
    {
        var key = Write("admin.key", "the-key\n");
        Write(ConnectionFile.FileName, $$"""{"api":"http://127.0.0.1:5080","edge":"http://127.0.0.1:5081","keyFile":"{{key}}","processId":123}""");
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
