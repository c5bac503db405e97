"""What the rows of a file mean: the exports that are known, their columns, their words, their identities."""
