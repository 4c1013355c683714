return VFMTok.Cli.Tool.Run(args, Console.Out, Console.Error);
