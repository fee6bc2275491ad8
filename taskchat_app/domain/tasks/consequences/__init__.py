"""What a write to a task does to other tasks: to its steps, and to the next one of a series."""
