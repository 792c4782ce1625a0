"""Strings that are no specifiers: what they hold, what the program uses them for, and paths that it builds."""
