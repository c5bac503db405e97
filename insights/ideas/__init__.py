"""What to publish, from what people say."""
