"""What a module exports, as its own text says."""
