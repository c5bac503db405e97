"""One search of everything."""
