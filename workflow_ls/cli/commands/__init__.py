"""One module for each subcommand: `run` takes the parsed options, and returns the exit code."""
