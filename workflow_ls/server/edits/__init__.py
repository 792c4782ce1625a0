"""Edits of a workspace: built for a client, agreed to by its user, applied by it, and reported."""
