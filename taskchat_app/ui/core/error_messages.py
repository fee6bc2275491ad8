"""Finds the sentence to show for an exception; logs unexpected ones, and that the database was unavailable."""

import logging

from taskchat_app.domain.storage.database import DATABASE_AWAY
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say

log = logging.getLogger(__name__)


def error_sentence(error: Exception) -> str:
    """Return the sentence to show; logs unexpected exceptions once."""
    if isinstance(error, PersonError):
        return say(error.detail)
    log.error("The page met an error", exc_info=error)
    return say(words.UNREACHABLE if isinstance(error, DATABASE_AWAY) else words.BROKEN)


def log_away(what: str, error: Exception) -> None:
    """Log in one line what the unavailable database has prevented."""
    log.warning("%s: %s", what, str(error).partition("\n")[0])
