"""From files to meaning: specs are read, checked, explained when wrong, and compiled for the core."""
