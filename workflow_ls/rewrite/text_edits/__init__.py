"""The verbs that change the text of references and comments."""
