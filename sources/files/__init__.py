"""Files of posts that people bring: their rows, their columns, their dates, the posts in them."""
