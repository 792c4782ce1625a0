"""The targets of references, their verification, and the edits."""
