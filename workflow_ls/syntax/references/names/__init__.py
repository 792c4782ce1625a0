"""The names that a reference takes of the module it refers to."""
