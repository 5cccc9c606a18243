"""Users, their sessions, and the invites and links by which they come in."""
