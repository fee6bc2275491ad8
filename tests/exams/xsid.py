"""Sentences about reminders in English, German, Bavarian and South Tyrolean: xSID 0.6 (CC BY-SA 4.0), by intent.

Rules may be fitted to its validation part; its test part is kept. Only the intent counts: what the command does.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import CHANGING, Command, UserClock
from tests.exams.sources import Source

_FOLDER = "https://raw.githubusercontent.com/mainlp/xsid/761d926c3f2e9f6bea13192d2f39cec1d04d9777/data/xSID-0.6"
_HASHES = {
    "en.valid": "84e46e2c845744927b482cd647151e31795699cddcde61928bfde49d8c38ecd8",
    "en.test": "4d1590a0d9f63172c477a33046dd1821414990a44c6ff4de698a1c3b7dd3ac88",
    "de.valid": "36fa82c92a5da4b53330d38f5f0c4b80b9cdafe8b0a320d4baab6e2de8f63ef8",
    "de.test": "3940bd10101babf1c29ae238d2c788a91e4b25b9dbd5b7a162de52cab552354b",
    "de-ba.valid": "7f8c9909405044650a5c15041daceeb1c98f8359562ee1b7d054dca3785b34b6",
    "de-ba.test": "43287b7aeacaf3e56f29cc33a442bb2aad3e3a13fa6da30ee944487f42201909",
    "de-st.valid": "38114cb90ff8efc7ac2c65166058f0847d4a33692f38192f7ff8feea1a1a7ad0",
    "de-st.test": "6815aa88dd2457fd4cb3eaf6042b5d814c748fccf7f4a4500e08b169f95c1482",
}
SOURCES = {part: Source(f"xsid_{part}.conll", f"{_FOLDER}/{part}.conll", sha256) for part, sha256 in _HASHES.items()}
LANGUAGES = {"en": "English", "de": "German", "de-ba": "Bavarian", "de-st": "South Tyrolean"}
KINDS = {
    "set_reminder": ("add", "wish", "remind", "update"),
    "cancel_reminder": ("delete", "cancel", "delete_all", "update"),
    "show_reminders": ("list", "look", "tell", "when", "count"),
}
"""The commands that are right for an intent. A reminder may be set, or ended, of a task that is there."""
_ASKING = ("offer", "nameless", "reference", "no_moment", "bad_date", "no_task")
_FIELD = re.compile(r"^# (text|intent) ?[:=] ?(.+)$", re.MULTILINE)
_CLOCK = UserClock(ZoneInfo("Europe/Berlin"), datetime(2026, 11, 18, 10, tzinfo=UTC))


def sentences(part: str) -> Iterator[tuple[str, str]]:
    """Yield each sentence about reminders of a part, such as "de.test", and its intent."""
    for block in SOURCES[part].text().split("\n\n"):
        fields = {name: value.strip() for name, value in _FIELD.findall(block)}
        subject, _, intent = fields.get("intent", "").partition("/")
        if subject == "reminder":
            yield fields["text"], intent


def exam(part: str) -> Counter[str]:
    """Count the outcomes of a part."""
    return Counter(outcome_of(read_message(text, _CLOCK), intent) for text, intent in sentences(part))


def outcome_of(commands: list[Command], intent: str) -> str:
    kinds = {command.kind for command in commands}
    if kinds <= {*KINDS[intent]}:
        return "right"
    if kinds & {*CHANGING} - {*KINDS[intent]}:
        return "wrong"
    return "asked" if kinds & {*_ASKING, *KINDS[intent]} else "not understood"
