"""Posts as they come: read one by one, then what they touch settled."""
