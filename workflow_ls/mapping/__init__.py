"""The mapping table learned from the workspace, and proved against it."""
