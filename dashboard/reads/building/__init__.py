"""What is read for those who build: what is to mend, what was passed on."""
