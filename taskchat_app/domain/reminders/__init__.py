"""Reminders: set, snooze, ring and display them. Never the text of a page or a tool."""
