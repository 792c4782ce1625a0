"""The command line over the core: options, input and output, and the files it writes."""
