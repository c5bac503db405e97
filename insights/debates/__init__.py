"""Who disagrees about what, and how hot it is."""
