"""Calls: who has a place in which, and handing on what peers say to get connected."""
