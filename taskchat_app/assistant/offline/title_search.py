"""Finds tasks by the words of their titles: these very words, other forms of them, or words among others."""

import re
from collections.abc import Collection
from dataclasses import replace
from difflib import get_close_matches
from typing import NamedTuple

from taskchat_app.assistant.grammar.commands import Language
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence, words
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS
from taskchat_app.assistant.grammar.rules.done_statements import stem, stems
from taskchat_app.assistant.offline.plan_parts import MAX_CALLS, Steps, Task, looked_up, searched
from taskchat_app.assistant.offline.task_questions import without_verb
from taskchat_app.domain.dates.vocabulary import DIGRAPHS, NUMBER, number

_DIGRAPHS = str.maketrans(DIGRAPHS)
_TEXT_MAX_CHARACTERS = 200
_HEAD_MIN_CHARACTERS = 6
"""The least length of the end of a compound that stands for it: "Bericht" for "Quartalsbericht"."""
_DIGITS = re.compile(r"#?\d{1,4}(?:\D{1,5}\d{1,4}){0,9}")
# "(Delete) the ten", "die zehn"; "one" may mean anything
_SPELLED = sentence(rf"(?!(?:one|an?|the|ein\w*)\b)(?:{NUMBER})")
# A number that names a task, in one of the groups
_NUMBERED = phrase(
    # Untick number four, Häkchen bei vier wieder weg; but not "maths nr 2-5"
    rf"(?:#|\b(?:number|nummer|nr\.?|no\.|task|item|aufgabe|punkt|bei) )({NUMBER})\b(?! (?:uhr|grad|euro)|[.:–-]\d)"
    # Die 9 kann raus; in digits alone, as also below
    r"|(?:\b(?:die|der|can|give|gib|is|ist) |\A)(\d{1,3})(?= (?:[-–]|(?:kann|is|ist|be|soll|muss|darf|weg|done|due"
    r"|erledigt|fällig|(?:he)?(?:raus|runter|rauf)\w*|every|jede\w*|alle|an? note)\b))"
    rf"|\A{words('kill, axe, scrap, bin, drop, ditch, dump')} #?(\d{{1,3}})\Z"  # kill 7
    r"|\b(?:give|gib) (\d{1,3})(?= (?!(?:min\w*|hours?|hrs?|more|mal)\b)\w)"  # give 7 low priority
)
# "Took care of 4 and 11", "1, 5 und 3 hab ich"; neither times nor a number with its unit
_ROW = phrase(
    r"(?:\A|\b(?:of|with|did|done|finished|tasks?|items?|numbers?|mit|von|aufgaben|nummern?) )(?!(?:one|an?|ein\w*)\b)"
    rf"((?:#?(?:{NUMBER}), ){{0,9}}#?(?:{NUMBER}),? (?:and|und|u|&) #?(?:{NUMBER}))(?=[^\w.:-]*\Z"
    r"| (?!(?:[ap]m|o.clock|uhr|euros?|min\w*|hours?|days?|weeks?|stunden?|tagen?|wochen?|kilos?|liter)\b)[^\W\d])"
)
_OF_ROW = phrase(rf"\b(?:{NUMBER})\b")
_DEFINITE = phrase(r"(?:\b(?:the|that|my|der|die|das|den|dem|beim|zum|zur|vom) |[\"“„])(\w+)")
_NAMING_NOTHING = FILLERS - {"not", "no", "but"}  # "not milk" is not "Milk"


def find_by_words(said: str, status: str, *, quoted: bool = False) -> Steps[list[Task]]:
    """Find the only task whose title is exactly these words, else those with all of them in the title, else the rest.

    Quoted words must be the whole title.
    """
    tasks = yield from searched(said, status)
    wanted = said.casefold()
    exact = [task for task in tasks if task["title"].casefold() == wanted]
    if len(exact) == 1 or quoted:
        return exact
    titled = [task for task in tasks if all(word in task["title"].casefold() for word in wanted.split())]
    return titled or tasks


def find_by_stems(said: str, status: str, language: Language) -> Steps[list[Task]]:
    """Find the tasks that have these words in other forms: "mopping the floor" may be "Mop the bathroom floor"."""
    wanted = stems(said, without_generic=True)
    if not wanted:
        return []
    alike = yield from searched(" ".join(sorted(wanted)), status)
    found = [task for task in alike if wanted <= stems(task["title"])]
    has_short_word = any(len(word) < 4 for word in re.findall(r"\w+", said) if stem(word) in wanted)
    if found or language != "de" or has_short_word:
        return found
    # The end of a German compound: "Bericht" may be "Quartalsbericht".
    [result] = yield [looked_up(status=status, limit=MAX_CALLS)]
    parts = [_folded(word) for word in wanted]
    return [task for task in result.get("tasks") or () if all(part in _folded(task["title"]) for part in parts)]


def find_in_text(text: str, status: str, among: Collection[int] = ()) -> Steps[tuple[list[Task], bool]]:
    """Find the tasks that a text may be about, with typing errors: "Call the dentist" in "dentst called".

    Return those with numbers or all words of their titles but the verb in it, and True; else those with the most words
    in it, else the only one whose generic word has an article in it ("that meeting"), and False. With `among`, only
    tasks with these numbers are found by a part of their titles.
    """
    [result] = yield [replace(looked_up(status=status, limit=MAX_CALLS), unshown=True)]
    tasks: list[Task] = result.get("tasks") or []
    if numbered := _numbered_in(text, tasks):
        return numbered, True
    said = stems(text[:_TEXT_MAX_CHARACTERS])
    named = [found for task in tasks if (found := _named_in(said, task))]
    if whole := [found for found in named if found.is_whole]:
        # Of "Weekly report" and "Report" the first, if both its words are there
        return [found.task for found in whole if not any(found.words < other.words for other in whole)], True
    named = [found for found in named if not among or found.task["number"] in among]
    tasks = [task for task in tasks if not among or task["number"] in among]
    if named:
        most = max(len(found.words) for found in named)
        return [found.task for found in named if len(found.words) == most], False
    definite = stems(" ".join(_DEFINITE.findall(text)))
    generic = [task for task in tasks if not definite.isdisjoint(stems(without_verb(task["title"])))]
    return generic if len(generic) == 1 else [], False


class _Named(NamedTuple):
    """A task, the words of its title that a text has (stems), and whether they are all but the verb."""

    task: Task
    words: set[str]
    is_whole: bool


def _named_in(said: Collection[str], task: Task) -> _Named | None:
    """Return the task with what these words have of its title; None if that is nothing, or its verb alone."""
    words = {word for word in stems(task["title"], without_generic=True) if _is_among(word, said)}
    without_its_verb = stems(without_verb(task["title"]), without_generic=True)
    return None if words.isdisjoint(without_its_verb) else _Named(task, words, without_its_verb <= words)


def _numbered_in(text: str, tasks: list[Task]) -> list[Task]:
    """Return the tasks that a text names by their numbers; of a row of numbers only if all are those of tasks."""
    numbers = numbers_in(text)
    if numbered := [task for task in tasks if task["number"] in numbers]:
        return numbered
    row = numbers_in_row(text)
    in_row = [task for task in tasks if task["number"] in row]
    return in_row if len(in_row) == len(row) else []


def numbers_in(text: str) -> list[int]:
    """Return the numbers by which a text names tasks: "untick number four"."""
    if _SPELLED.fullmatch(text):
        return [number(text)]
    if _DIGITS.fullmatch(text):
        return [int(digits) for digits in re.findall(r"\d+", text)]
    return [number("".join(groups)) for groups in _NUMBERED.findall(text)]


def numbers_in_row(text: str) -> list[int]:
    """Return two or more numbers in a row, which may be those of tasks: "5 und 1 hab ich", "1, 5 and 11 are sorted"."""
    row = _ROW.search(text)
    return [number(said) for said in _OF_ROW.findall(row[1])] if row else []


def _is_among(word: str, said: Collection[str]) -> bool:
    """Return whether it is one of the words; a long one may differ in a letter or two, or be a compound of one."""
    if any(_HEAD_MIN_CHARACTERS <= len(head) <= len(word) - 3 and word.endswith(head) for head in said):
        return True
    likeness = 0.8 if len(word) > 5 else 1
    return bool(get_close_matches(word, said, 1, likeness))


def lacks_short_word(title: str, said: str) -> bool:
    """Return whether a title lacks a word of one or two letters; it may have been found for the beginning of another.

    The search for "the pr" finds "Prepare slides".
    """
    lacking = folded_words(said) - folded_words(title)
    return any(len(word) < 3 and not word.isdecimal() for word in lacking)


def _folded(text: str) -> str:
    """Return the text in small letters, with "ae" for "ä"."""
    return text.casefold().translate(_DIGRAPHS)


def folded_words(text: str) -> set[str]:
    """Return the words of a title or a command in small letters, without those that name nothing."""
    return {_folded(word) for word in re.findall(r"\w+", text) if word.casefold() not in _NAMING_NOTHING}
