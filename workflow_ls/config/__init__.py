"""The mapping table and the settings of a workspace: the keys, the data, its loader and its look-ups."""
