"""Memoised queries with recorded dependencies, and forks that share them."""
