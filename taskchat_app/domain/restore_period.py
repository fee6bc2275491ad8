"""Sets how long deleted tasks and conversations can be restored; then retention.py deletes them for good."""

from datetime import timedelta

RESTORABLE_FOR = timedelta(days=30)
"""Time after `deleted_at`. The page and the API name it as "30 days" in their sentences."""
