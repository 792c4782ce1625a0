"""Finds what still points at the legacy workflow modules, and rewrites it where that is shown to be right."""

__version__ = "0.1.0"
