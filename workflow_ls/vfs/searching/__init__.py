"""The search for candidate files: by `git grep`, or by a walk that knows `.gitignore` files."""
