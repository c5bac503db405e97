"""The views of the page alerts."""
