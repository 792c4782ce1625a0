"""Edits of `package.json` and `tsconfig.json`, each checked before it is offered."""
