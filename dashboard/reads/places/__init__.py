"""What is read of places to go to."""
