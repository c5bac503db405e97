"""Work that may be done on other machines, batch by batch: see docs/cluster.md."""
