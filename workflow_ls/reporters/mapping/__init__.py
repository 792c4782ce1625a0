"""The formats of `map`."""
