"""What is erased stays erased, what is kept too long goes, and what is held of one person."""
