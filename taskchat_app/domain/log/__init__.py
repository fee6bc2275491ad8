"""The change log: records, announces, follows and reads changes. Never what a change means for a task."""
