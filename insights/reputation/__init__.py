"""How a brand is seen, with what is not known of it."""
