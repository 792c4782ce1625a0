"""Which tests a configuration of a test runner runs together, and with what."""
