"""The views of the page overview."""
