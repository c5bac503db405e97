"""What a workspace still lacks when it is new."""
