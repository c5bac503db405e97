"""What a feed says: its body made readable, its items, their fields, their dates, their identity. Pure."""
