"""Places where people talk in messages, each with a number of its own that grows with time."""
