"""Compiles sentence patterns in which a blank matches any white space.

What they read has passed as_command: it is bounded, and no two white spaces follow each other.
"""

import re

EVERYTHING = (
    r"(?:everything|all(?: of it)?|every (?:task|one)|"
    r"all (?:of )?(?:my |the |these )?(?:open |remaining )?(?:tasks|todos|to-dos|items|things)|"
    r"alles|alle(?: (?:meine |offenen )*aufgaben)?)"
)
"""All tasks there are, or all open ones where open ones are meant anyway."""


def sentence(pattern: str) -> re.Pattern[str]:
    """Compile a pattern for the whole of a clause, whatever the case of the letters.

    It is anchored, so that a search cannot try it at every character.
    """
    return re.compile(rf"\A(?:{_with_blanks(pattern)})\Z", _FLAGS)


def phrase(pattern: str) -> re.Pattern[str]:
    """Compile a pattern for a part of a clause, whatever the case of the letters."""
    return re.compile(_with_blanks(pattern), _FLAGS)


_FLAGS = re.IGNORECASE | re.DOTALL


def _with_blanks(pattern: str) -> str:
    return pattern.replace(" ", r"\s")
