"""Reads the times of other programs' files."""

from datetime import datetime
from zoneinfo import ZoneInfo


def moment_of(text: str, zone: ZoneInfo) -> datetime | None:
    """Return the time of an ISO text, local if it names no zone; None for other text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return moment if 1970 <= moment.year < 3000 else None
