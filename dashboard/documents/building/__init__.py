"""Documents for those who build."""
