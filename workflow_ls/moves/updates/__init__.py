"""What follows moved files in sources, manifests and configurations: specifiers, strings, aliases, barrels."""
