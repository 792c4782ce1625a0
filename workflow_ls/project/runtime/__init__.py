"""The modules that files import at run time, as a test runner resolves them."""
