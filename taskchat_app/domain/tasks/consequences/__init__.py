"""What a write to a task does to other tasks: the next one of a series."""
