"""Sets how long deleted tasks and conversations can be restored (tasks.py, thread_rows.py); retention.py ends it."""

from datetime import timedelta

RESTORABLE_FOR = timedelta(days=30)
"""Time after `deleted_at`. The page and the API name it as "30 days" in their sentences."""
