"""Tasks: validation, queries and writes, each write with its change-log entry. Never HTTP, tools or pages."""
