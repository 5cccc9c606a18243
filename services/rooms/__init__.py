"""Rooms and groups, and who is in them."""
