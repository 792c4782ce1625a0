"""The commands of the server: workspace/executeCommand, a module for each family."""
