"""What a person is told when something fails: our own refusals in their own words, anything else as ours."""

import logging

from taskchat_app.domain.database import DATABASE_AWAY
from taskchat_app.domain.errors import PersonError
from taskchat_app.ui import words
from taskchat_app.ui.spoken import say_sentence

log = logging.getLogger(__name__)


def sentence_of(error: Exception) -> str:
    """The sentence to show; what nobody expected is logged here, once."""
    if isinstance(error, PersonError):
        return say_sentence(error.detail)
    log.error("The page met an error", exc_info=error)
    told = words.UNREACHABLE if isinstance(error, DATABASE_AWAY) else words.BROKEN
    # Where nobody is being answered yet it is a sentence for components, and an event would carry its name.
    return str(told)
