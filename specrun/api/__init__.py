"""What a program can ask of specrun, and what every verb asks of it."""
