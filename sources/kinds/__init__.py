"""One module a kind of source: how its pages are asked for and read."""
