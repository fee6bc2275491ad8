"""Compiles sentence patterns in which a blank matches any white space.

Their input comes from as_command: its length is limited, and white space is single.
"""

import re

ALL_TASKS = (
    r"(?:every task|all (?:of )?(?:my )?(?:open |remaining )?(?:tasks|todos|to-dos)|all (?:of )?my (?:items|things)"
    r"|alle (?:meine |offenen )*aufgaben)"
)
"""Phrases for all open tasks of the list, whichever of them were shown."""
EVERYTHING = (
    r"(?:everything|the (?:whole )?lot|all(?: of it)?|every (?:task|one)|"
    r"all (?:of )?(?:my |the |these )?(?:open |remaining )?(?:tasks|todos|to-dos|items|things)|"
    r"alles|alle(?: (?:meine |offenen )*aufgaben)?)"
)
"""Phrases for all tasks, or for all open tasks in commands about open tasks; those of ALL_TASKS among them."""

OFTEN = (
    r"(?:daily|nightly|weekly|monthly|quarterly|(?:half-)?yearly|(?:all)?täglich|wöchentlich|monatlich"
    r"|(?:viertel|halb)?jährlich)"
)
"""Words that tell how often something repeats."""


def words(listed: str) -> str:
    """Return a pattern of any of the words between commas: "maybe, no need"."""
    return f"(?:{'|'.join(listed.split(', '))})"


AT_AN_END = r"(?:(?:to|at) the (?:very )?(?:top|bottom)|(?:nach|ganz) (?:ganz )?(?:oben|unten))"
"""Words for the first and the last place of a list: "to the top", "ganz unten"."""
INSTEAD_OF = words("instead of, rather than, statt, anstatt")
"""Words before a day, a time or a thing that is given up."""


def sentence(pattern: str) -> re.Pattern[str]:
    """Compile a case-insensitive pattern for a whole clause; anchored, so that a search tries it once."""
    return re.compile(rf"\A(?:{_with_blanks(pattern)})\Z", _FLAGS)


def phrase(pattern: str) -> re.Pattern[str]:
    return re.compile(_with_blanks(pattern), _FLAGS)


_FLAGS = re.IGNORECASE | re.DOTALL


def _with_blanks(pattern: str) -> str:
    return pattern.replace(" ", r"\s")
