"""One script a page: its opening, its views, one call."""
