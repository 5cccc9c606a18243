"""What is said in rooms: posted, edited, taken back, reacted to, and read again."""
