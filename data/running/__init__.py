"""How Vigie runs: whether it does, whether it is well, what it says in its log, and figures for who watches over it."""
