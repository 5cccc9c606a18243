"""What an author of scripts does at the command line: begin one, test it, and see what it would have done."""
