"""HTTPS without an administrator: an authority of the house, certificates made with it, and who trusts it."""
