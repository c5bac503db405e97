"""Debates as stored: discussions to look at, what they were found to be, and those that are shown."""
