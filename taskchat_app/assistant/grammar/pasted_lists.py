"""Reads lists: "add these tasks:" with their lines, and lines with bullets, numbers or boxes."""

import re
from dataclasses import dataclass

from taskchat_app.assistant.grammar.commands import Language
from taskchat_app.assistant.grammar.language_detection import detect_language
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, normalize_blanks

LINES_MAX = 100
"""Tasks that one message or one paste adds; an answer that adds fewer lines than there are names it."""
_READ_MAX = 50_000
_BULLET = re.compile(r"(?:[-*•–+]|\d{1,3}[.)])\s(?:\[[ xX]?\]\s?)?|\[[ xX]?\]\s?")  # "- ", "1. ", "[ ] "
_BOX = re.compile(r"(?:[-*] )?\[ ?\]\s?(?=\w)")  # "[ ] (milk)"
_NAMED = (
    r"(?:add|create) (?:(?:the following |all (?:of )?these |\w+ )?(?:new )?(?:tasks|todos|to-dos|items)"
    r"|these|(?:all )?the following|all (?:of )?these)\s?:\s?"
)
_NAMED_IN_GERMAN = (
    r"(?:erstelle?|füge?|lege?|notiere?) (?:mir )?(?:(?:\w+ )?(?:neuen? )?aufgaben"
    r"|folgendes|(?:all )?das|dies)(?: hinzu| an)?\s?:\s?"
)
_LEADS = rf"{_NAMED}|(?:add|create|new(?: tasks)?|(?:my )?(?:tasks|todos|to-dos|to-do list|todo list))\s?:\s?"
_GERMAN_LEADS = rf"{_NAMED_IN_GERMAN}|(?:neue )?aufgaben\s?:\s?"
# Before lines: "add these tasks:", "tasks:"
_LEAD = phrase(rf"\A(?:(?P<en>{_LEADS})|(?P<de>{_GERMAN_LEADS}))")
# In one line, where "add: milk, eggs" may be one task: "add these tasks: milk, eggs", "new tasks: milk, eggs"
_SEVERAL = sentence(
    rf"(?:{_NAMED}|new tasks\s?:\s?)(?P<titles>.+)|(?:{_NAMED_IN_GERMAN}|neue aufgaben\s?:\s?)(?P<titel>.+)"
)
# "New tasks: milk, but not bread"
_RESTRICTS = phrase(r"(?:but|not|no|or|except|without|maybe|aber|nicht|keine?|oder|außer|ohne|vielleicht)\b")
_PARTS = phrase(r"\n|;|, (?:and |und )?")

# "I need to: call mum, pay the rent and fix the bike"
_COLON = re.compile(r":\s")
# Up to the end of the sentence; the dot of "3.5" ends none
_LISTED = re.compile(rf"(?:[^.?!\n]|[.?!](?=\S)){{1,{COMMAND_MAX_CHARACTERS}}}")
# Unlike _PARTS also at "and", which may be inside a task behind "add these tasks:"
_JOINTS = phrase(r";|, (?:(?:and|then|und|dann) )*| (?:and|und) (?:then |dann )?")
_PART_MAX_CHARACTERS = 80
PARTS_MAX = 20


def without_bullet(line: str) -> str:
    """Return the line without "- ", "* ", "1. ", "[ ]" before it."""
    line = line.strip()
    match = _BULLET.match(line)
    return line[match.end() :].strip() if match else line


def headed_lines(text: str) -> tuple[str, list[str]] | None:
    """Return the first line of a text and the lines below it, as they are, if those have bullets and the first none."""
    head, _, below = text[:_READ_MAX].strip().partition("\n")
    lines = [line for line in below.splitlines() if any(map(str.isalnum, line))]
    has_bullets = all(_BULLET.match(line.strip()) for line in lines)
    return (head.strip(), lines) if lines and has_bullets and not _BULLET.match(head.strip()) else None


def listed_parts(text: str) -> list[str]:
    """Return the lines of a text, or the parts of a list behind its colon; empty if it is no list of short parts."""
    lines = [without_bullet(line) for line in text.splitlines() if any(map(str.isalnum, line))]
    colon = _COLON.search(lines[0]) if len(lines) == 1 else None
    return parts_of(lines[0][colon.end() :]) if colon else _short_parts(lines)


def parts_of(text: str) -> list[str]:
    """Return the parts of "call mum, pay the rent and fix the bike"; empty if it is no list of short parts."""
    listed = _LISTED.match(text)
    parts = _JOINTS.split(listed[0]) if listed else []
    return _short_parts([part.strip() for part in parts if any(map(str.isalnum, part))])


def _short_parts(parts: list[str]) -> list[str]:
    are_parts = 1 < len(parts) <= PARTS_MAX and all(len(part) <= _PART_MAX_CHARACTERS for part in parts)
    return parts if are_parts else []


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of a list, and the language of the words before them."""

    titles: list[str]
    language: Language = "en"


def listed_titles(text: str) -> Titles | None:
    """Return the titles of a message that is a list; None for another message.

    A list is lines that all have bullets, "[ ] milk", lines below "add these tasks:" or "tasks:", or what stands behind
    "add these tasks:" in the same line.
    """
    if len(text) > _READ_MAX:
        return None
    lines = [line for line in normalize_blanks(text).split("\n") if line]
    if len(lines) < 2:
        return _titles_in_one(lines[0]) if lines else None
    if all(map(_BULLET.match, lines)):
        return Titles([without_bullet(line) for line in lines])
    first, *below = lines
    lead = _LEAD.match(first[:COMMAND_MAX_CHARACTERS])
    if lead is None:
        return None
    titles = [first[lead.end() :].strip(), *below]
    return Titles([without_bullet(title) for title in titles if title], "de" if lead["de"] else "en")


def _titles_in_one(line: str) -> Titles | None:
    """Return the titles of a message of one line: "[ ] milk", "add these tasks: milk, eggs"; None for another one."""
    box = _BOX.match(line)
    if box and not line.endswith("?"):
        return Titles([line[box.end() :]], detect_language(line) or "en")
    named = _SEVERAL.fullmatch(line[:COMMAND_MAX_CHARACTERS])
    if named is None:
        return None
    parts = _PARTS.split(named["titles"] or named["titel"])
    if any(map(_RESTRICTS.match, parts)) or line.endswith("?"):
        return None
    return Titles([part for part in map(without_bullet, parts) if part], "de" if named["titel"] else "en")
