"""Reminders sent to devices, by Web Push and ntfy, and what is answered there. Never decides when a reminder rings."""
