"""Sockets and HTTP: turns frames into words and words into frames. Knows the words, and no service."""
