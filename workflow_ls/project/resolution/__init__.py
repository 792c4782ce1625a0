"""From a specifier to the file behind it, as TypeScript and Node find it."""
