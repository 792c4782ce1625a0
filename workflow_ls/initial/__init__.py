"""What a new `workflow-ls.json` needs to say, looked up in the workspace."""
