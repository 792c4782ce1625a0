"""Proves the rows of a table that is there: what is wrong with them, and what would be right."""
