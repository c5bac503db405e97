"""Acts at networks, in words."""
