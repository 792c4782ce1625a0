"""Rows of a mapping table: chosen, folded, proved, and written into `workflow-ls.json`."""
