"""How a specifier is written."""
