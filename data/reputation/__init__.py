"""Brands, their counts, who writes about them, what we did."""
