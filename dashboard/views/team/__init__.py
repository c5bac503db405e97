"""The views of the pages Team and My account."""
