"""Tools that people began to name, as stored: where they were named, and what people made of them."""
