"""What is looked up in one text or its tree many times over: parents, nodes at places, words."""
