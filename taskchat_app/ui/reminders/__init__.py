"""Reminders on the page: state, notices and the choice for a task. Never decides when a reminder rings."""
