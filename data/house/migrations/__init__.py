"""The history of the tables: hand-written, forward only."""
