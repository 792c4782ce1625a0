"""Module resolution, as TypeScript and Node define it: from a specifier to a file."""
