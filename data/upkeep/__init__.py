"""What a developer should mend at our own places."""
