"""Roles that were imported, in one file: `catalogue.db`. Nothing in it is personal, and no attempt depends on it."""
