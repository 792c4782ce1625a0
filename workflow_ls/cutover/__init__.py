"""The whole cutover of a workspace in one step: planned, checked in memory, and told before anything is written."""
