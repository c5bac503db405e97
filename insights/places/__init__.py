"""What the rules of a place say, and how people speak there."""
