"""What a good row is, and what is known about sources. Imports nothing of ours."""
