"""Keeping the record safe: backups, going back to one, and finding what is wrong."""
