"""Read-only features of an editor, independent of the language server protocol."""
