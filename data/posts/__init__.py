"""Posts: how they come in, how they are found, counted, quoted and erased."""
