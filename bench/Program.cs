using Portcullis.Bench;

return args is ["tokens"] or [] ? TokenBench.Run() : Usage();

static int Usage()
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project bench -- tokens");
    return 2;
}
