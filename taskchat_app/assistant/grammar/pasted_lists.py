"""Reads lists: "add these tasks:" with their lines, and lines with bullets, numbers or boxes."""

import re

from taskchat_app.assistant.grammar.language_detection import detect_language
from taskchat_app.assistant.grammar.patterns import phrase, sentence
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, normalize_blanks

LINES_MAX = 100
"""Tasks that one message or one paste adds; an answer that adds fewer lines than there are names it."""
_READ_MAX = 50_000
_BULLET = re.compile(r"(?:[-*•–+]|\d{1,3}[.)])\s(?:\[[ xX]?\]\s?)?|\[[ xX]?\]\s?")
_BOX = re.compile(r"(?:[-*] )?\[ ?\]\s?(?=\w)")
_NAMED = (
    r"(?:add|create) (?:(?:the(?:se)? |the following |all (?:of )?these |\w+ )?(?:new )?(?:tasks|todos|to-dos|items)"
    r"|these|(?:all )?the following|all (?:of )?these)\s?:\s?"
)
_NAMED_IN_GERMAN = (
    r"(?:erstelle?|füge?|notiere?) (?:mir )?(?:(?:die |diese |folgende |\w+ )?(?:neuen? )?aufgaben"
    r"|folgendes|(?:all )?das|dies)(?: hinzu)?\s?:\s?"
)
_LEADS = rf"{_NAMED}|(?:add|create|new|(?:my )?(?:tasks|todos|to-dos|to-do list|todo list))\s?:\s?"
_GERMAN_LEADS = rf"{_NAMED_IN_GERMAN}|(?:neue )?aufgaben\s?:\s?"
_LEAD = phrase(rf"\A(?:(?P<en>{_LEADS})|(?P<de>{_GERMAN_LEADS}))")
_SEVERAL = sentence(rf"{_NAMED}(?P<titles>.+)|{_NAMED_IN_GERMAN}(?P<titel>.+)")
_PARTS = phrase(r"\n|;|, (?:and |und )?")


def without_bullet(line: str) -> str:
    """Return the line without "- ", "* ", "1. ", "[ ]" before it."""
    line = line.strip()
    match = _BULLET.match(line)
    return line[match.end() :].strip() if match else line


def bulleted_lines(text: str) -> list[str]:
    """Return the lines of a text without their bullets; empty unless it has several and each has one."""
    lines = _lines(text)
    return [without_bullet(line) for line in lines] if len(lines) > 1 and all(map(_BULLET.match, lines)) else []


def listed_titles(text: str) -> tuple[list[str], bool] | None:
    """Return the titles of a message that is a list, and whether it is in German; None for another message."""
    if len(text) > _READ_MAX:
        return None
    if lines := bulleted_lines(text):
        return lines, False
    lines = _lines(text)
    if len(lines) == 1 and (box := _BOX.match(lines[0])) and not lines[0].endswith("?"):
        return [lines[0][box.end() :]], detect_language(lines[0]) == "de"
    lead = _LEAD.match(lines[0][:COMMAND_MAX_CHARACTERS]) if lines else None
    if lead is None:
        return None
    first, is_german = lines[0][lead.end() :].strip(), lead["de"] is not None
    if len(lines) > 1:
        return [without_bullet(line) for line in (*([first] if first else ()), *lines[1:])], is_german
    if match := _SEVERAL.fullmatch(lines[0][:COMMAND_MAX_CHARACTERS]):
        titles = match["titles"] or match["titel"]
        return [part for part in map(without_bullet, _PARTS.split(titles)) if part], match["titel"] is not None
    return None


def _lines(text: str) -> list[str]:
    return [line for line in normalize_blanks(text[:_READ_MAX]).split("\n") if line]
