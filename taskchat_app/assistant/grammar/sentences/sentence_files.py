"""Loads the sentence files, and finds which sentences a clause may be: first the one that leaves least to its slots.

A file has groups of sentences below their intent ([[complete]]), its [rules], [dates] and [words]: see README.md.
"""

import json
import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast, get_args

from taskchat_app.assistant.grammar.commands import Language, SlotMatch
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.sentences.date_words import date_key, is_english, missing_names
from taskchat_app.assistant.grammar.sentences.slots import SLOTS
from taskchat_app.assistant.grammar.sentences.templates import TemplateError, compile_template, parse

FOLDER = Path(__file__).parent
_LANGUAGE_CODE = re.compile("[a-z]{2,3}")
_ALTERNATIVES = re.compile(r"[\w'’-]+(?: [\w'’-]+)*(?:\|[\w'’-]+(?: [\w'’-]+)*)*")  # et|puis, s'il te plaît
_TOML_HINT = "is a comma or a quote missing, or does a key with other letters than a to z need quotes?"
_NUMBERS = sentence(r"#?\d+(?:(?:, | and )#?\d+)+")
WORDS = ("and", "not", "please")
"""The keys of [words]."""
_SECTIONS = ("rules", "dates", "words")
_GROUP_KEYS = ("say", "examples", "indirect")
_KNOWN_KEYS = (*SLOTS, "again", "at", "heutig", "list", "liste", "more", "often", "off", "until")
"""What a key beside `say` may be: a slot, or another name that a rule reads, such as `often` (rules/adding/add.py)."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template, and what it means: its intent, with slots that are known without being said."""

    intent: str
    template: str
    language: Language
    pattern: re.Pattern[str]
    place: str
    """File and line."""
    is_foreign: bool
    """True if no answers are in its language, but in English."""
    indirect: bool = False
    """True if it is read where no other sentence is, and is no order."""
    known: dict[str, str] = field(default_factory=dict[str, str])
    examples: tuple[str, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict[str, str])
    """The English words for the words of dates, in a language that is only a file."""
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    """What joins and denies sentences, and stands around them (see WORDS), as far as no rule in Python has it."""
    around: re.Pattern[str] | None = None
    """What is cut off around the sentence: the word "please" of the language."""
    denial: re.Pattern[str] | None = None
    """A word that denies: "pas", "peut-être", or "n'" before another word."""
    joint: re.Pattern[str] | None = None
    """The word "and" of the language."""

    @property
    def is_late(self) -> bool:
        """True if it is read where nothing else is understood: "packing list again" may be a new task, too."""
        return self.indirect or self.intent == "copy"

    def with_english_numbers(self, match: SlotMatch) -> SlotMatch:
        """Return what is said, with "1 and 2" for an item such as "1 et 2"."""
        item = self.joint.sub("and", match["item"]) if self.joint else match["item"]
        return replace(match, slots=match.slots | {"item": item}) if _NUMBERS.fullmatch(item) else match

    def denies(self, match: SlotMatch) -> bool:
        """Return whether a slot has a word that denies, as in "termine pas 3"; one of the template denies nothing."""
        return self.denial is not None and self.denial.search(" ".join(match.slots.values())) is not None

    def said_by(self, clause: str) -> SlotMatch | None:
        """Return the clause with the words of the slots; None if it is another sentence."""
        match = self.pattern.fullmatch(self.around.sub("", clause) if self.around else clause)
        return SlotMatch.of(match, **self.known) if match else None


def matching(sentences: Iterable[Sentence], clause: str) -> list[tuple[Sentence, SlotMatch]]:
    """Return the sentences that the clause may be: first the one whose free slots hold least of it."""
    found = [(sentence, match) for sentence in sentences if (match := sentence.said_by(clause))]
    return sorted(found, key=_characters_in_free_slots)


def _characters_in_free_slots(found: tuple[Sentence, SlotMatch]) -> int:
    _, match = found
    return sum(len(words) for name, words in match.slots.items() if name in SLOTS and SLOTS[name].is_free)


class SentenceFileError(ValueError):
    """A sentence file is wrong; names the file and the line."""


@dataclass(frozen=True, slots=True)
class _Section:
    """The part of a file below a line that begins with `head`, such as "[[add]]"; names the lines of errors."""

    path: Path
    text: str
    head: str = ""
    """By default that of the whole file: each line begins with it."""
    at: int = 0
    """How many such lines come before it."""

    def below(self, head: str, at: int = 0) -> "_Section":
        return replace(self, head=head, at=at)

    def place(self, words: str | None = None) -> str:
        """Return file and line of the words, first as a text, then as a key; of the head if they are not below it."""
        lines = list(enumerate(self.text.splitlines(), 1))
        heads = [number for number, line in lines if line.lstrip().startswith(self.head)]
        first = heads[self.at] if self.at < len(heads) else 1
        below = lines[first - 1 :]
        as_toml = () if words is None else (json.dumps(words, ensure_ascii=False), f"'{words}'")  # "words" or 'words'
        found = [number for number, line in below if any(text in line for text in as_toml)]
        found += [number for number, line in below if line.split("=")[0].strip() == words]
        return f"{self.path}:{found[0] if found else first}"

    def error(self, reason: str, words: str | None = None) -> SentenceFileError:
        about = words or self.head
        return SentenceFileError(f"{self.place(words)}: {reason}" + (f": {about}" if about else ""))

    def check_keys(self, keys: Iterable[str], known: Iterable[str]) -> None:
        if unknown := [key for key in keys if key not in known]:
            raise self.error(f"unknown key; there are {', '.join(known)}", unknown[0])

    def texts(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):  # the file has the head as "[[rules]]", which makes it a list
            raise self.below(f"[{self.head}]").error(f"stands in the file once, as {self.head}")
        values = cast("dict[str, Any]", value)
        if wrong := [name for name in values if not isinstance(values[name], str)]:
            raise self.error(f"{wrong[0]} is not a text in quotes")
        return values

    def list_of_texts(self, group: dict[str, Any], name: str) -> list[str]:
        value = group.get(name)
        texts = cast("list[Any]", value if isinstance(value, list) else [])
        if not texts or not all(isinstance(text, str) for text in texts):
            raise self.error(f'needs {name} = ["…"], a list of texts')
        return texts


def load(intents: Collection[str], reads: Mapping[str, str], folder: Path = FOLDER) -> list[Sentence]:
    """Return the sentences of all languages. Raises SentenceFileError."""
    return [sentence for path in sorted(folder.glob("*.toml")) for sentence in load_file(path, intents, reads)]


def load_file(path: Path, intents: Collection[str], reads: Mapping[str, str]) -> list[Sentence]:
    """Return the sentences of a file, which is named for its language; `reads` are the slots of intents (intents.py).

    Raises SentenceFileError for a file that cannot be read, an unknown name, and a sentence without an example.
    """
    text, content = _read(path)
    if not _LANGUAGE_CODE.fullmatch(path.stem):
        raise SentenceFileError(f"{path}:1: a file is named for the code of its language, such as fr.toml")
    file = _Section(path, text)
    rules = _rules(file.below("[rules]"), content.pop("rules", {}))
    dates = _dates(file.below("[dates]"), content.pop("dates", {}))
    words = _words(file.below("[words]"), content.pop("words", {}))
    sentences: list[Sentence] = []
    for intent, groups in content.items():
        if intent not in intents:
            raise _unknown_intent(file, intent, groups, intents)
        for at, group in enumerate(_groups(file, intent, groups)):
            sentences += _sentences_of(file.below(f"[[{intent}]]", at), intent, group, rules, reads.get(intent, ""))
    if not sentences:
        raise file.error("has no sentence")
    please = re.sub("['’]", "['’]", words.get("please", ""))
    around = phrase(rf"\A(?:{please}),? |,? (?:{please})[ .!]{{0,5}}\Z") if please else None
    denying = re.sub("['’]", "['’]", words.get("not", ""))
    denial = phrase(rf"(?<!\w)(?:{denying})(?:(?<=['’])|(?!\w))") if denying else None
    joint = phrase(rf"(?<= )(?:{words['and']})(?= )") if "and" in words else None
    return [replace(one, dates=dates, words=words, around=around, denial=denial, joint=joint) for one in sentences]


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    data = path.read_bytes()
    text = ""
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SentenceFileError(f"{path}:{line}: not UTF-8; save the file with this encoding") from error
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = at[1] if at else text.count("\n") + 1
        raise SentenceFileError(f"{path}:{line}: {error}; {_TOML_HINT}") from error


def _rules(section: _Section, value: Any) -> dict[str, str]:
    rules = section.texts(value)
    for name, rule in rules.items():
        try:
            parse(f"<{name}>", rules)
        except TemplateError as error:
            raise section.error(str(error), rule) from error
    return rules


def _dates(section: _Section, value: Any) -> dict[str, str]:
    dates = section.texts(value)
    for english in dates.values():
        if not is_english(english):
            raise section.error("no word that English dates have", english)
    if missing := missing_names(dates.values()):
        raise section.error(f"lacks {', '.join(missing)}; a file has all weekdays and months, or none")
    return {date_key(word): english for word, english in dates.items()}


def _words(section: _Section, value: Any) -> dict[str, str]:
    words = section.texts(value)
    section.check_keys(words, WORDS)
    for text in words.values():
        if not _ALTERNATIVES.fullmatch(text):
            raise section.error('is written as words with "|" between them', text)
    return words


def _unknown_intent(file: _Section, intent: str, groups: Any, intents: Collection[str]) -> SentenceFileError:
    near = get_close_matches(intent, _SECTIONS, 1)
    hint = f"did you mean [{near[0]}]?" if near else f"there are {', '.join(intents)}"
    return file.below(_head_of(intent, groups)).error(f"unknown intent; {hint}")


def _groups(file: _Section, intent: str, value: Any) -> list[dict[str, Any]]:
    """Return the tables below the heads `[[intent]]`."""
    head, head_of_table = _head_of(intent, value), f"[[{intent}]]"
    if head != head_of_table:
        raise file.below(head).error(f"its sentences stand below {head_of_table}")
    return value


def _head_of(intent: str, groups: Any) -> str:
    """Return how the line begins that has an intent: "[[add]]" above a table, wrongly "[add]" or "add" of "add = 1"."""
    if isinstance(groups, list) and all(isinstance(group, dict) for group in cast("list[Any]", groups)):
        return f"[[{intent}]]"
    return f"[{intent}]" if isinstance(groups, dict) else intent


def _sentences_of(
    section: _Section, intent: str, group: dict[str, Any], rules: dict[str, str], reads: str
) -> list[Sentence]:
    """Return the sentences of one group of an intent. Raises SentenceFileError where a check fails."""
    section.check_keys(group, (*_GROUP_KEYS, *_KNOWN_KEYS))
    templates = section.list_of_texts(group, "say")
    examples = section.list_of_texts(group, "examples")
    indirect = group.get("indirect", False) is True
    known = section.texts({name: group[name] for name in group if name not in _GROUP_KEYS})
    for name, text in known.items():
        if name in SLOTS and not SLOTS[name].may_be(text):
            raise section.error(f"is no {name}; there are {SLOTS[name].choices}", text)
    is_foreign = section.path.stem not in get_args(Language)
    language = "en" if is_foreign else cast(Language, section.path.stem)
    sentences: list[Sentence] = []
    for template in templates:
        try:
            pattern = compile_template(template, rules)
        except TemplateError as error:
            raise section.error(str(error), template) from error
        if wrong := _wrong_slots(intent, reads, {*pattern.groupindex, *known}):
            raise section.error(wrong, template)
        # A clause is read with its "?" and without.
        matched = tuple(one for one in examples if pattern.fullmatch(one) or pattern.fullmatch(one.rstrip(" ?")))
        if not matched:
            raise section.error("none of the examples below it is this sentence; add one", template)
        place = section.place(template)
        sentences.append(Sentence(intent, template, language, pattern, place, is_foreign, indirect, known, matched))
    for example in examples:
        if not any(example in sentence.examples for sentence in sentences):
            raise section.error("an example of none of the sentences above it", example)
    return sentences


def _wrong_slots(intent: str, reads: str, there: set[str]) -> str | None:
    """Return what a sentence lacks for its intent, or has and the intent does not read; of one without `reads` None."""
    for needed in reads.split():
        names = needed.split("|")
        if needed[0] != "[" and there.isdisjoint(names):
            return f"{intent} needs the slot {' or '.join(f'{{{name}}}' for name in names)}"
    known = re.findall(r"\w+", reads)
    unread = sorted(there.difference(known)) if reads else []
    return f"{intent} does not read {{{unread[0]}}}, only {', '.join(known)}" if unread else None
