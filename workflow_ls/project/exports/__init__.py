"""What modules export: by name, by star, by namespace, and to everybody."""
