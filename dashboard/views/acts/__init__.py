"""What is done at networks: asked for under a post, then approved, followed, taken back."""
