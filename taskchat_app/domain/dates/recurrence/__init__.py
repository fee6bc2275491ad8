"""Repeating: RRULE, its occurrences, its description, and how people say it. Never a single date's words or a task."""
