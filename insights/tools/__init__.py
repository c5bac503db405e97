"""Tools that people begin to name."""
