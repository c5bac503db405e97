"""Writing to the networks: answers, publications and moderation that a person asked for, one module a network."""
