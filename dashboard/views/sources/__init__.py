"""The views of the page sources."""
