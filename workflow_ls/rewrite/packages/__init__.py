"""What a package serves: whether a specifier is one of it, and by which of them a name can be imported."""
