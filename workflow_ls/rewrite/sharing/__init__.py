"""What several files share by a module that holds it, before and after the rewrites."""
