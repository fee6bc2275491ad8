"""Each catalogue has exactly the ids that the code uses, with the same placeholders."""

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

import taskchat_app
from taskchat_app.i18n.catalogue import LANGUAGES, LOCALES, read_catalogue
from taskchat_app.i18n.messages import ENGLISH

PACKAGE = Path(taskchat_app.__file__).parent
OTHERS = sorted(set(LANGUAGES) - {ENGLISH})
FUNCTIONS = {"gettext": 1, "ngettext": 2, "pgettext": 2}
"""How many literals each of them takes."""

Id = tuple[str | None, Any]
"""The context and the id, or for a plural its two forms."""


@cache
def used_ids() -> set[Id]:
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=DEFAULT_KEYWORDS)
    return {(context, text) for _, _, text, _, context in found}


def translations(language: str) -> dict[Id, tuple[str, ...]]:
    """Each translated id with its forms."""
    forms: dict[Id, tuple[str, ...]] = {}
    for message in read_catalogue(language):
        if message.id and message.string and not message.fuzzy:
            texts = (message.string,) if isinstance(message.string, str) else message.string
            forms[message.context, message.id] = tuple(texts)
    return {key: texts for key, texts in forms.items() if all(texts)}


def placeholders(sentence: str) -> set[str]:
    """The names in braces; none where the braces are no placeholders, which only a message without values may have."""
    try:
        return {field for _, field, _, _ in string.Formatter().parse(sentence) if field}
    except ValueError:
        return set()


def unknown_placeholders(english: str | tuple[str, ...], theirs: tuple[str, ...]) -> set[str]:
    known = set[str]().union(*map(placeholders, [english] if isinstance(english, str) else english))
    return set[str]().union(*map(placeholders, theirs)) - known


def test_the_languages_are_english_and_those_of_the_catalogues() -> None:
    assert set(LANGUAGES) == {ENGLISH, *(path.stem for path in LOCALES.glob("*.po"))}
    assert (LANGUAGES[ENGLISH], LANGUAGES["de"]) == ("English", "Deutsch")


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_translates_every_id_that_the_code_uses(language: str) -> None:
    assert used_ids() - set(translations(language)) == set(), f"{language}.po lacks these"


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_no_id_that_the_code_does_not_use(language: str) -> None:
    held = {(message.context, message.id) for message in read_catalogue(language) if message.id}
    assert held - used_ids() == set(), f"{language}.po has these alone"


def test_german_has_one_word_for_a_tag_and_one_for_a_reminder_that_rings() -> None:
    texts = [text for _, forms in translations("de").items() for text in forms]
    other_words = re.compile(r"\bTags\b|\b[Tt]agge|[Kk]lingel")
    assert [text for text in texts if other_words.search(text)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_no_placeholder_of_its_own(language: str) -> None:
    wrong = {
        key: loose for key, theirs in translations(language).items() if (loose := unknown_placeholders(key[1], theirs))
    }
    assert wrong == {}


def test_wrong_placeholders_are_noticed() -> None:
    for english, theirs, wrong in (
        ("There is no task {number}.", ("Es gibt keine Aufgabe {number}.",), set[str]()),
        ("There is no task {number}.", ("Es gibt keine Aufgabe {nummer}.",), {"nummer"}),
        (("1 task", "{count} tasks"), ("1 Aufgabe", "{count} Aufgaben"), set[str]()),
        ('as in "data": {"number": 3}', ('etwa "data": {"number": 3}',), set[str]()),
    ):
        assert unknown_placeholders(english, theirs) == wrong, theirs


def calls_without_literals(source: str) -> Iterator[str]:
    """Calls whose ids cannot be extracted."""
    if not any(f"{name}(" in source for name in FUNCTIONS):  # parsing all modules takes 2 s
        return
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in FUNCTIONS:
            ids = call.args[: FUNCTIONS[call.func.id]]
            if not all(isinstance(text, ast.Constant) for text in ids):
                yield ast.unparse(call)


def test_every_id_is_a_literal() -> None:
    found = {file: [*calls_without_literals(file.read_text())] for file in PACKAGE.rglob("*.py")}
    assert {str(file): calls for file, calls in found.items() if calls} == {}


def test_an_id_that_is_no_literal_is_noticed() -> None:
    assert list(calls_without_literals('gettext(f"No task {number}")')) == ["gettext(f'No task {number}')"]


def test_german_translations_have_german_quotation_marks() -> None:
    texts = [text for forms in translations("de").values() for text in forms]
    quoted = [text for text in texts if re.search("[“”„]", text)]
    assert quoted
    assert [text for text in quoted if "”" in text or re.sub("[^“„]", "", text) != "„“" * text.count("„")] == []
