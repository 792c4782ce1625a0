"""What is followed within one file: strings to the calls that get them, and mocking functions to their other names."""
