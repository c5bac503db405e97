"""Every read of the pages, cached by record and revision."""
