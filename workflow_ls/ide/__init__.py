"""Read-only questions of an editor, answered without a language server protocol."""
