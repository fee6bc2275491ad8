"""Detects the language of a message, for offline answers and the sentences of the server (Gemini: agent.py)."""

import re
from collections.abc import Iterable, Sequence

from taskchat_app.assistant.grammar.commands import Command, Language
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, mask_quotes

_UNDETECTED = ("reference", "unknown", "question", "too_long", "again", "when", "offer", "left_out")
"""Kinds of commands that no rule of one language has made."""
# Frequent words of one language only: not "am", "was", "an", "die", "in", "so", which both have.
_WORDS: dict[Language, frozenset[str]] = {
    "en": frozenset(
        "the a is are not no yes yep yeah please thanks thank hello what how who where when which why today tomorrow"
        " tonight at by for to with of from my me i you it that this these them all both and or task tasks done delete"
        " show add mark move rename undo redo revert back due remind reminder tell do does did can could would buy one"
        " tick off complete finish reopen list find search remove set make change create push postpone week"
        " month monday tuesday wednesday thursday friday saturday sunday christmas every except until".split()
    ),
    "de": frozenset(
        "der das den dem ein eine einen ich du mir mich dich ist sind und oder nicht kein keine ja nein bitte danke"
        " hallo wie wer wo wann welche welcher warum heute morgen gestern um bis auf zu mit von im vom zum zur aufgabe"
        " aufgaben erledigt offen alle alles beide beiden mein meine meinen noch auch wieder mache nimm stelle zeige"
        " neue füge kaufen anrufen machen erinnere verschiebe hake lösche jawohl klar gerne kann kannst geht ab"
        " es sie davon wir uns haben hab habe hat keinen keinem mehr mach soll sich jeden jede jedes muss nach für bei"
        " ans uhr termin arzt diese diesen dieser dieses woche wochen monat monats letzten ersten montag dienstag"
        " halb grad gerade nur schon jetzt dann doch mal immer eh eins zwei drei vier fünf sechs sieben acht neun zehn"
        " erledige entferne streiche nachher später passt weg raus aus die liste gut druck schalt sind einen einem dein"
        " deine euch wer dann vielleicht immer abends morgens wochenende"
        " mittwoch donnerstag freitag samstag sonntag weihnachten heiligabend silvester erinnerung".split()
    ),
}
_OF_DIALECT = frozenset("i is no do me a all on".split())
"""English words that are German ones in dialect and in haste: "Miete is weg", "wos hob i no"."""
# "Brot streichen": a noun with a capital, before a verb at the end
_NOUN_AND_VERB = re.compile(r"(?<!\S)[A-Z][a-z]{1,40}\s(?!then|when|open|even|seven|eleven)[a-z]{1,30}e[lr]?n[\s.!]*\Z")
_GERMAN_LETTERS = frozenset("äöüß")


def detect_language(text: str, commands: Sequence[Command] = ()) -> Language | None:
    """Return the language of a message and of the commands that it gives; None if it is unknown, as of "3"."""
    if any(command.is_foreign for command in commands):
        return "en"
    words = re.findall(r"[^\W\d_]+", mask_quotes(text[:COMMAND_MAX_CHARACTERS]).casefold())
    by_rule: set[Language] = {command.language for command in commands if command.kind not in _UNDETECTED}
    named = [word for word in words if word in _WORDS["en"]]
    english = len(named)
    german = sum(word in _WORDS["de"] or not _GERMAN_LETTERS.isdisjoint(word) for word in words)
    if 0 < english < len(words) and german == 0 and _OF_DIALECT.issuperset(named):
        return None
    if words and len(by_rule) == 1:
        [language] = by_rule
        # Rules of one language may fit the other, too: "Zahnarzt -> Freitag", "find mal das mit der Steuer" are German,
        # "pack lunches tonight" is English.
        is_of_other = english == 0 or german > english if language == "en" else english > 0 and german == 0
        if not is_of_other:
            return language
    if english != german:
        return "en" if english > german else "de"
    is_noun_and_verb = english == 0 and _NOUN_AND_VERB.search(text[:COMMAND_MAX_CHARACTERS])
    return "de" if is_noun_and_verb else None


def reply_language(messages: Iterable[str], setting: str) -> Language:
    """Return the language of the first message, newest first, that has one; else of the setting, else English."""
    for message in messages:
        if language := detect_language(message):
            return language
    return "de" if setting == "de" else "en"
