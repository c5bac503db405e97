"""What a post says: its tone, kind, attack, questions and sides, one by one."""
