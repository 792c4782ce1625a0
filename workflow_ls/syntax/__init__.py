"""TypeScript and JavaScript text in, facts out; the only importer of tree-sitter."""
