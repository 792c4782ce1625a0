"""The files of a workspace: on disk, in memory, and with edits; the only layer that reads the disk."""
