"""The second process of a large check, which finds facts of texts on another core."""

BESIDE = "--facts-beside"
"""The argument by which the program whole is that process."""
