"""How to speak, and what may be said. This room knows no SQL and no socket."""
