"""Logs refusals as one summary line per interval."""

import asyncio
import logging
from collections import Counter

log = logging.getLogger(__name__)

LOG_EVERY_SECONDS = 10.0
REASONS_MAX = 20
"""How many different reasons one line names."""

_refused: Counter[str] = Counter()


def note_refusal(reason: str) -> None:
    """Count a refusal; `reason` is a short text of ours. The first is logged at once, later ones in a summary line."""
    if not _refused:
        log.warning("Refused over the socket: %s", reason)
        asyncio.get_running_loop().call_later(LOG_EVERY_SECONDS, _write)
    _refused[reason if reason in _refused or len(_refused) < REASONS_MAX else "others"] += 1


def _write() -> None:
    summary = ", ".join(f"{reason} ({count})" for reason, count in _refused.items())
    if _refused.total() > 1:
        log.warning("Refused over the socket within %g s: %s", LOG_EVERY_SECONDS, summary)
    _refused.clear()
