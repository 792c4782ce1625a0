"""What files load when they run, as a test runner sees it."""
