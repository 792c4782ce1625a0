"""What a rewrite does to the mocks of the tests that load it."""
