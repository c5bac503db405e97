"""Codes and findings in the words of the reader, French and English."""
