"""Groups of posts: fitted, named, kept over time, and how they move."""
