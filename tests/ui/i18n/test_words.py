"""Every language has the same sentences, and components have none of their own."""

import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from reflex_base.vars.base import LiteralVar

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.domain.accounts.profile_fields import checked_language
from taskchat_app.ui.chat.state import report
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.lazy_strings import (
    ENGLISH,
    LANGUAGES,
    LazyString,
    catalogue,
    current_language,
    sentences,
    set_language,
)

UI = Path(words.__file__).parents[1]
OTHERS = sorted(set(LANGUAGES) - {ENGLISH})
SHOWN = {"aria_label", "aria_description", "placeholder", "title", "alt", "label", "text", "name", "heading"}
"""What a component calls the things that people read."""
NOT_SHOWN = re.compile(r"[a-z0-9 _:/#.{}()\[\]-]*|[^A-Za-z]*")
"""Names of classes, icons, fields and keys, and what holds no letter: no sentence, since ours begin with a capital."""


def said(language: str) -> dict[str, str]:
    return {path: text for name, value in sentences(language).items() for path, text in flat(name, value)}


def flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, held in value.items():
            yield from flat(f"{name}.{key}", held)
    elif isinstance(value, tuple):
        for at, held in enumerate(value):
            yield from flat(f"{name}.{at}", held)
    else:
        yield name, value


def placeholders(sentence: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field}


def test_the_page_speaks_the_languages_that_a_person_can_choose() -> None:
    assert tuple(LANGUAGES) == ("en", "de")
    assert [checked_language(code) for code in LANGUAGES] == ["en", "de"]


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_exactly_the_english_sentences(language: str) -> None:
    english, theirs = said(ENGLISH), said(language)
    assert sorted(set(english) - set(theirs)) == [], f"words_{language}.py lacks these"
    assert sorted(set(theirs) - set(english)) == [], f"words_{language}.py has these alone"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_same_placeholders(language: str) -> None:
    english, theirs = said(ENGLISH), said(language)
    differing = {name for name in english.keys() & theirs if placeholders(english[name]) != placeholders(theirs[name])}
    assert differing == set()


def test_handlers_say_what_they_say_in_the_language_that_is_spoken() -> None:
    before = current_language.set("")
    try:
        set_language("de")
        assert (words.SEND, words.PRIORITIES["high"], words.NEAR_DAYS[0]) == ("Senden", "Hoch", "Heute")
        assert words.COMPLETED.format(number=7, title="Milch") == "#7 Milch erledigt"
        set_language("tlh")
        assert words.SEND == "Send"
    finally:
        current_language.reset(before)
    assert words.SEND == "Send"


def test_a_component_leaves_its_sentences_to_the_browser() -> None:
    assert isinstance(words.SEND, LazyString)
    var = LiteralVar.create({"message": words.SUGGESTIONS[1]})
    assert str(var) == '({ ["message"] : said["SUGGESTIONS.1"] })'
    data = var._get_all_var_data()
    assert data is not None
    assert data.hooks == ("const said = useWords()",)
    assert '"SUGGESTIONS.1": "Was ist diese Woche fällig?"' in catalogue()


@pytest.mark.parametrize("sentence", [said for language in LANGUAGES for said in sentences(language)["SUGGESTIONS"]])
def test_what_the_page_suggests_is_understood_without_a_model(sentence: str) -> None:
    clock = UserClock(ZoneInfo("Europe/Berlin"), datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert "unknown" not in {command.kind for command in read_message(sentence, clock)}


def own_sentences(source: str) -> list[str]:
    """The string constants that a component gives to what people read: children, names and hints."""
    found: list[str] = []
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call):
            given = [*call.args] if _is_component(call.func) else []
            given += [keyword.value for keyword in call.keywords if keyword.arg in SHOWN]
            given += [
                value
                for keyword in call.keywords
                if keyword.arg == "custom_attrs" and isinstance(keyword.value, ast.Dict)
                for key, value in zip(keyword.value.keys, keyword.value.values, strict=True)
                if isinstance(key, ast.Constant) and str(key.value).replace("-", "_") in SHOWN
            ]
            found += [text for node in given for text in _texts(node) if not NOT_SHOWN.fullmatch(text)]
    return found


def _is_component(function: ast.expr) -> bool:
    """rx.el.p(…), rx.link(…), rx.fragment(…)."""
    root = function
    while isinstance(root, ast.Attribute):
        root = root.value
    named = isinstance(function, ast.Attribute) and function.attr != "Var"
    return named and isinstance(root, ast.Name) and root.id == "rx"


def _texts(node: ast.expr) -> list[str]:
    """The constants in an expression that is no call of its own, as in a conditional."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return [part.value for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    return []


def test_what_fails_before_anybody_is_known_is_told_in_words() -> None:
    [(_, sentence)] = report(RuntimeError("the database is away")).args
    assert str(sentence) == f'"{said(ENGLISH)["BROKEN"]}"'


@pytest.mark.parametrize("module", sorted(UI.rglob("*.py")), ids=lambda path: path.stem)
def test_no_component_has_a_sentence_of_its_own(module: Path) -> None:
    if not module.stem.startswith("words"):
        assert own_sentences(module.read_text()) == [], "give it a name in ui/i18n/words.py"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('rx.el.p("Nothing here")', ["Nothing here"]),
        ('rx.el.button(rx.icon("x"), aria_label="Close")', ["Close"]),
        ('Log.create(custom_attrs={"aria-label": "Conversation", "role": "log"})', ["Conversation"]),
        ('rx.cond(is_empty, "Nothing", words.SOME)', ["Nothing"]),
        ('rx.el.p(words.TASKS, class_name="Big one")', []),
        ('rx.el.span("#", row.number)', []),
    ],
)
def test_sentences_of_a_component_are_noticed(source: str, found: list[str]) -> None:
    assert own_sentences(source) == found
