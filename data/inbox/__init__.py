"""Who waits, what is to be moderated, what people did and taught."""
