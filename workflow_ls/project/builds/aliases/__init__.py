"""Aliases of bundlers and test runners: read from their configurations, and followed as each tool does."""
