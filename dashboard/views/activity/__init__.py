"""The views of the page activity."""
