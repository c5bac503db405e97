"""What may be believed of a text that a language model wrote over posts: only what these posts bear out."""
