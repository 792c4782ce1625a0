"""Evaluates configurations that are programs, as far as their values are written in them."""
