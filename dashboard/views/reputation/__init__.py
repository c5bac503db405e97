"""The views of the page reputation."""
