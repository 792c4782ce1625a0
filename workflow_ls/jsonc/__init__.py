"""JSON with comments: values with their spans, and edits that keep comments and order."""
