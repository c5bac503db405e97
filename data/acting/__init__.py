"""What is done at networks on a person's word: answers, publications, moderation; each kept until it is known what
became of it."""
