"""The views of the page people."""
