"""What a cutover leaves for a person: findings, mentions, and work by hand."""
