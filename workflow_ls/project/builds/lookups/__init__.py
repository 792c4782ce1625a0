"""How a build or test runner looks specifiers up that no alias is for: directories of modules, and programs."""
