"""Documents, posts and the calendar as files."""
