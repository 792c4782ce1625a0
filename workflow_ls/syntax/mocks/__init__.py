"""The statements that mock modules, as lines that can go."""
