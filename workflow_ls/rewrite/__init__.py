"""Where references go, the proof of it, and the edits."""
