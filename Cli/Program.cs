return await Portcullis.Cli.CommandLine.InvokeAsync(args, Console.Out, Console.Error, CancellationToken.None);
