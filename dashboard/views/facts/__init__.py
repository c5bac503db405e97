"""What we know: the list, what is to be found out, and how facts come in."""
