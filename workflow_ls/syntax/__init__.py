"""What source files say: the only importer of tree-sitter."""
