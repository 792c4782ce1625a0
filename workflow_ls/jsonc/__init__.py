"""JSON with comments: a syntax tree with spans, and edits that keep comments and order."""
