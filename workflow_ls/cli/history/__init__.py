"""What git says about earlier states of a workspace."""
