"""The small program that runs one attempt and writes down how it went; nobody imports it."""
