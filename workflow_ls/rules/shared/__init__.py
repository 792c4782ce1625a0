"""What rules have in common: what a rule is, and how rules run."""
