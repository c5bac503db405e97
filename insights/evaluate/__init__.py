"""Every model and finding measured on labelled material."""
