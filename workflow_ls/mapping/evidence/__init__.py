"""What shows where a legacy module, or one of its names, went: one module for each kind of evidence."""
