"""Rules that add tasks and reminders, and what they read of a title. Never changes of tasks that are there."""
