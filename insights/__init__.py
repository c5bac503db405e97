"""Find meaning in posts: vectors, languages, sentiment, topics, trends."""
