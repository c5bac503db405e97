"""What a page or a report shows, as plain documents."""
