"""The change log: record, announce, follow and read changes. Never what a change means for a task."""
