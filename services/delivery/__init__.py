"""How far each member has received and read a room."""
