"""What the project around a file says: packages, resolution, exports, and the facts of each file."""
