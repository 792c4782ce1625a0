"""What the project around a file says."""
