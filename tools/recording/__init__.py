"""The recordings that the documentation shows: of a terminal, and of VS Code."""
