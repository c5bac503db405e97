"""What people changed, in words."""
