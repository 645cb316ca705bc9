using Portcullis.Bench;
using Portcullis.Bench.Rivals;

return args switch
{
    [] or ["tokens"] => TokenBench.Run(),
    ["stages", var file] when File.Exists(file) => StageBench.Run(file),
    ["memory"] => MemoryBench.Run(),
    ["plans"] => PlanBench.Run(),
    ["accounts"] => await AccountBench.RunAsync(),
    ["kinesis", var file] when File.Exists(file) => await KinesisBench.RunAsync(file),
    ["latency"] => await LatencyBench.RunAsync(),
    ["ledger"] => await LedgerBench.RunAsync(),
    ["ledger", "--dynamodb", var url] when Uri.TryCreate(url, UriKind.Absolute, out var address) => await DynamoLedgerBench.RunAsync(address),
    ["rivals", var file] when File.Exists(file) => RivalBench.Run(file),
    ["rivals", var file, "--json"] when File.Exists(file) => RivalBench.PrintJson(file),
    ["rivals" or "stages" or "kinesis", var file, ..] when !File.Exists(file) => Usage($"There is no file '{file}'."),
    _ => Usage(),
};

static int Usage(string? mistake = null)
{
    if (mistake is not null)
        Console.Error.WriteLine(mistake);
    Console.Error.WriteLine("Usage: dotnet run -c Release --project bench -- tokens | stages FILE | kinesis FILE | memory | plans | latency | ledger [--dynamodb URL] | accounts | rivals FILE [--json]");
    return 2;
}
