"""What wakes the loop: a finished attempt, or time."""
