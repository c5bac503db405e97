"""kill -9 of every process of ours, at random moments, on a real record with real servers on loopback."""
