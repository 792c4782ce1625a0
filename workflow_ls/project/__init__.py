"""The project of a file: packages, module resolution, exports, and the facts of each file."""
