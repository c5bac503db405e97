"""The views of the page debates."""
