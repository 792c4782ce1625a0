"""What is kept between runs, in the user's cache directory: never in a workspace, and safe to delete at any time."""
