"""Turns core values into text, JSON and Markdown; builds strings and never prints."""
