"""What is to be published: ideas, the calendar, days of the year."""
