"""Shared by every layer: the event loop, broadcasting, metrics, ids for logs. Never a task or a chat."""
