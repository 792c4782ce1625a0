"""The mapping table and the settings of a workspace: data, its schemas, its loader and its look-ups."""
