"""Sets how long a deleted task or conversation can be restored; retention.py then deletes it for good."""

from datetime import timedelta

RESTORABLE_FOR = timedelta(days=30)
"""Time after `deleted_at`. The page and the API name it as "30 days" in their sentences."""
