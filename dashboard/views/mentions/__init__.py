"""The views of the page mentions."""
