"""The recording of a terminal that README.md shows."""
