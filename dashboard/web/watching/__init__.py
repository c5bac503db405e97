"""Routes for who watches over Vigie: whether it lives, whether it is ready, and its figures."""
