"""Bring posts in: feeds, Hacker News, files."""
