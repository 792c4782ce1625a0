"""What is known of calls that mock modules, beyond the names that they take."""
