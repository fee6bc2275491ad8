"""The change log as users read it: activity list, receipts and undo. Never a new kind of change."""
