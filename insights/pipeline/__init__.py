"""What meets the store: refresh, regroup, and what follows from new posts."""
