"""Finds what still points at the legacy workflow modules, and rewrites it where that is shown to be right."""

__version__ = "0.1.0"

CONFIG_FILE = "workflow-ls.json"  # at the root of a workspace
BASELINE_FILE = "workflow-ls-baseline.json"  # beside it
