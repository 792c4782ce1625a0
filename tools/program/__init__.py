"""Builds the program whole: the command line and the server with the Python that they run on, for one platform."""
