"""Benchmarks: each prints a ratio against the plain alternative, both timed in one run."""
