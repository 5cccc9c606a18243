"""The built-in bot: scripts in a process of their own, and what they may do in rooms that the bot is in."""
