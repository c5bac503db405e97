"""The views of the page reports."""
