"""What is done: one folder a noun. This room knows the bus, never a socket."""
