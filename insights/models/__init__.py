"""Models that read texts: packaged ones with their weights verified, and those that people name."""
