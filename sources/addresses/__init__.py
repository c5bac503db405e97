"""Addresses: what people paste, which place of which network it is, and which feed a page has."""
