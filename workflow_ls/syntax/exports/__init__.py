"""The exports of one module, read from its text."""
