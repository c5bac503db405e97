"""Places to go to in words, and the first words to say there."""
