"""When something out of the ordinary began, and its course."""
