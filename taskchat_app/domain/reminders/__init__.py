"""Reminders: set, snooze, ring and display them. Never how a page or a tool words them."""
