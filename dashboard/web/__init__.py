"""Routes beside the pages: shared links, feeds, the read-only interface."""
