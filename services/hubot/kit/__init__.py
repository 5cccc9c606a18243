"""For authors: a room without a server, its clock, and what the log remembers."""
