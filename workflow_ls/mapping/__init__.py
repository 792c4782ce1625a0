"""The mapping table: where each legacy module went."""
