"""What was passed on to those who build, and what became of it."""
