"""Words about acting at other places: what it takes, and why it did not go."""
