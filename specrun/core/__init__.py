"""The pure centre: what is wanted, what there is, and what to do about it."""
