"""What breaks and what then holds: the real server in its own processes, and faults that are made for real."""
