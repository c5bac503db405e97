"""Passages of what we wrote ourselves: lists of questions, guides, documents."""
