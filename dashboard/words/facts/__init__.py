"""What we know, in words."""
