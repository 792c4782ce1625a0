"""The documentation site, from the pages that are in the repository."""
