"""The files of a workspace, on disk, in memory and edited; the only layer that reads the disk."""
