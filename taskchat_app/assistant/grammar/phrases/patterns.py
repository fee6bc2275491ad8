"""Compiles sentence patterns in which a blank matches any white space.

Their input comes from as_command: its length is limited, and white space is single.
"""

import re
from collections.abc import Iterator, Sequence

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


INSTEAD_OF = words("instead of, rather than, statt, anstatt")
"""Words before a day, a time or a thing that is given up."""


def sentence(pattern: str) -> re.Pattern[str]:
    """Compile a case-insensitive pattern for a whole clause; anchored, so that a search tries it once."""
    return re.compile(rf"\A(?:{_with_blanks(pattern)})\Z", _FLAGS)


def phrase(pattern: str) -> re.Pattern[str]:
    """Compile a case-insensitive pattern for a part of a clause."""
    return re.compile(_with_blanks(pattern), _FLAGS)


_FLAGS = re.IGNORECASE | re.DOTALL


def _with_blanks(pattern: str) -> str:
    return pattern.replace(" ", r"\s")


class Rewrites:
    """Rules that put a clause in other words: spellings that are replaced, and templates for whole clauses."""

    def __init__(self, spellings: Sequence[tuple[re.Pattern[str], str]], rows: Sequence[tuple[str, str]]) -> None:
        self._spellings = spellings
        self._table = tuple((sentence(pattern), template) for pattern, template in rows)

    def respelled(self, clause: str) -> str:
        for pattern, word in self._spellings:
            clause = pattern.sub(word, clause)
        return clause

    def others(self, respelled: str) -> Iterator[str]:
        """Yield a respelled clause in other words, in the order of the rows."""
        for pattern, template in self._table:
            if match := pattern.fullmatch(respelled):
                yield " ".join(match.expand(template).split())
