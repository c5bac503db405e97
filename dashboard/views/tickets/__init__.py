"""What was passed on to those who build."""
