"""The module references of a file."""
