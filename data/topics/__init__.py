"""Topics as stored: fits, edits, watched subjects."""
