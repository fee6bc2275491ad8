"""Sets how long deleted tasks and conversations can be restored; then retention.py deletes them for good."""

from datetime import timedelta

RESTORABLE_FOR = timedelta(days=30)
"""Time after `deleted_at`. The API's descriptions name it, too (tests/api/test_contract.py compares them)."""
