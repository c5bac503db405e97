"""The views of the page ideas."""
