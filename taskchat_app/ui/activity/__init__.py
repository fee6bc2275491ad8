"""The timeline of changes. Never changes a task."""
