"""The real server as a process: how it starts, how it ends, what it leaves."""
