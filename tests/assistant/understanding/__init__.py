"""Sentences that people write to assistants, and how many of them the offline assistant understands."""
