"""Words about our own places."""
