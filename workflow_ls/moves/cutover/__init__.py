"""The whole move: its plan, the proof that nothing is lost, and what is left."""
