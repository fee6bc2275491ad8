"""Compiles sentence patterns in which a blank matches any white space.

Their input comes from as_command: its length is limited, and white space is single.
"""

import re

EVERYTHING = (
    r"(?:everything|all(?: of it)?|every (?:task|one)|"
    r"all (?:of )?(?:my |the |these )?(?:open |remaining )?(?:tasks|todos|to-dos|items|things)|"
    r"alles|alle(?: (?:meine |offenen )*aufgaben)?)"
)
"""Phrases for all tasks, or for all open tasks in commands about open tasks."""


def sentence(pattern: str) -> re.Pattern[str]:
    """Compile a case-insensitive pattern for a whole clause.

    It is anchored, so that a search does not try it at every character.
    """
    return re.compile(rf"\A(?:{_with_blanks(pattern)})\Z", _FLAGS)


def phrase(pattern: str) -> re.Pattern[str]:
    """Compile a case-insensitive pattern for a part of a clause."""
    return re.compile(_with_blanks(pattern), _FLAGS)


_FLAGS = re.IGNORECASE | re.DOTALL


def _with_blanks(pattern: str) -> str:
    return pattern.replace(" ", r"\s")
