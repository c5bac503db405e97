"""Show what was found, and let people act on it."""
