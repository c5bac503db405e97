"""What a post is, and the store that keeps it."""
