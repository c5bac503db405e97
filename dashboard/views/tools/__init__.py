"""The views of the page tools."""
