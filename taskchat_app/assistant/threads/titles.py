"""Titles of conversations: made of the first message, or given by the user."""

from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.domain.storage.storable_values import storable_text
from taskchat_app.i18n.messages import gettext

TITLE_MAX = 255
"""Characters of a title that a user gives."""
TITLE_LENGTH = 60
"""Characters of a title that is made of a conversation's first message."""


def title_of(text: str) -> str:
    """Return a conversation's title from its first message: a list's heading, else all on one line, cut at a word."""
    first, _, below = text.strip().partition("\n")
    heading = first.rstrip().removesuffix(":").rstrip()
    line = " ".join((heading if below and heading and first.rstrip().endswith(":") else text).split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def checked_title(title: str | None) -> str | None:
    """Return the title trimmed and without NUL; raise BadRequest if it is empty or too long."""
    if title is None:
        return None
    cleaned = storable_text(title).strip()
    if not 1 <= len(cleaned) <= TITLE_MAX:
        raise BadRequest(
            gettext("A conversation's title has 1 to {most} characters. Give it another one.", most=TITLE_MAX)
        )
    return cleaned
