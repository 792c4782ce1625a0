"""What is the same only in one copy of a module: state, classes and objects, and how code depends on that."""
