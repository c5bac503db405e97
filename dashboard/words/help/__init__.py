"""How to read each page, and what each figure means."""
