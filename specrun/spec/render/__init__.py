"""Jinja in a box: prompts are rendered in a child process that has nothing but what it is sent."""
