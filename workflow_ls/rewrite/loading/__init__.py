"""Whether a target runs where the importing file runs."""
