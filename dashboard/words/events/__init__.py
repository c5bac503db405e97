"""Events in words, and texts to copy for them."""
