"""Finding what was said, in the rooms one is in and nowhere else."""
