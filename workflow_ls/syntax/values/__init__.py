"""The expressions of a configuration that is a program, as plain data without a syntax tree."""
