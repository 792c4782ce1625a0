"""Documents that were never saved."""
