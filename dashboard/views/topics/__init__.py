"""The views of the page topics."""
