"""Acts at networks as documents."""
