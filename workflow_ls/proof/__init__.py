"""The proof of what is fixed together: the workspace before, the workspace after, and what got worse in between."""
