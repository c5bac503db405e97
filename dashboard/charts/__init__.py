"""Findings as Altair charts."""
