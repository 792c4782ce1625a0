"""What is accepted for now, and what is new: findings beside a baseline, and beside those of an earlier state."""
