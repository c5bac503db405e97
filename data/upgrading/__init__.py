"""A new version of Vigie: what there is is saved, brought up to date, compared, and can go back."""
