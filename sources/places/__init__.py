"""Places where one could speak: told in posts, and found by searching."""
