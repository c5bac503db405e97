"""The views of the page calendar."""
