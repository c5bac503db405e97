"""What answers what is asked, among what we know."""
