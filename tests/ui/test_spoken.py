"""What the domain says, in German: dates, rules, refusals and receipts; in English nothing changes by a byte."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from taskchat_app import domain
from taskchat_app.domain import dates, errors
from taskchat_app.domain.dates import parse_due
from taskchat_app.domain.errors import PersonError
from taskchat_app.domain.passwords import checked_password
from taskchat_app.domain.task_fields import checked_text
from taskchat_app.ui import spoken
from taskchat_app.ui.domain_words_de import SENTENCES
from taskchat_app.ui.said import speak, speaking
from taskchat_app.ui.spoken import say_due, say_receipt, say_rule, say_sentence

DOMAIN = Path(next(iter(domain.__path__)))
UI = Path(spoken.__file__).parent
ON_THE_PAGE = ("dates", "date_grammar", "day_phrases", "passwords", "positions", "task_rows", "undo")
"""The modules whose refusals a person can meet on the page whatever they do there."""
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.fixture
def german() -> Iterator[None]:
    before = speaking.set("")
    speak("de")
    yield
    speaking.reset(before)


def refusal(cause: object, *arguments: object, **named: object) -> str:
    with pytest.raises(PersonError) as refused:
        cause(*arguments, **named)  # type: ignore[operator]
    return say_sentence(refused.value.detail)


def test_dates_and_rules_are_said_in_german(german: None) -> None:
    assert say_due(datetime(2026, 11, 21, 8, tzinfo=UTC), BERLIN) == "Samstag, 21. November 2026 um 09:00 Uhr"
    assert say_rule("FREQ=WEEKLY;BYDAY=MO") == "jeden Montag"


def test_refusals_are_said_in_german_with_their_values(german: None) -> None:
    assert refusal(parse_due, "someday", zone=BERLIN, now=NOON).startswith("„someday“ versteht taskchat nicht")
    assert refusal(checked_password, "short") == "Das Passwort ist zu kurz. Nimm mindestens 8 Zeichen."
    assert refusal(checked_text, "a\x00", "title") == "Titel: Darin steht ein NUL-Zeichen. Entfern es."


@pytest.mark.parametrize(
    ("english", "german_"),
    [
        ("Added #7, completed #3", "#7 hinzugefügt, #3 erledigt"),
        ("Added #7, #8, set a reminder for #9", "#7, #8 hinzugefügt, Erinnerung für #9 gesetzt"),
        ("Deleted 12 tasks", "12 Aufgaben gelöscht"),
        ("Put back #1", "#1 zurückgenommen"),
        ("Nothing changed", "Nichts geändert"),
    ],
)
def test_receipts_are_said_in_german(german: None, english: str, german_: str) -> None:
    assert say_receipt(english) == german_


def test_several_sentences_in_a_row_are_said_one_by_one(german: None) -> None:
    told = "Put back #1, #2. #3 was changed again since, so it was left as it is."
    assert say_sentence(told) == (
        "#1, #2 zurückgenommen. #3 wurde seitdem noch einmal geändert und blieb deshalb, wie es ist."
    )


def test_what_has_no_translation_is_said_as_it_stands(german: None) -> None:
    assert say_sentence("Whatever this is.") == "Whatever this is."


def test_english_is_left_alone() -> None:
    assert say_sentence("Put back #1.") == "Put back #1."
    assert say_receipt("Added #7, completed #3") == "Added #7, completed #3"


def test_a_translation_keeps_the_placeholders() -> None:
    fields = re.compile(r"\{(\w+)\}")
    loose = {
        english for english, theirs in SENTENCES.items() if set(fields.findall(theirs)) - set(fields.findall(english))
    }
    assert loose == set()


def refusals(module: Path) -> Iterator[str]:
    """The sentences of the errors that a module raises, with X for each value."""
    for node in ast.walk(ast.parse(module.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        if issubclass(getattr(errors, node.func.id, int), PersonError):
            yield "".join(_pieces(node.args[0]))


def _pieces(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.FormattedValue) and ast.unparse(part.value) == "_EXAMPLES":
                yield dates._EXAMPLES  # pyright: ignore[reportPrivateUsage]
            else:
                yield "X" if isinstance(part, ast.FormattedValue) else str(getattr(part, "value", ""))


@pytest.mark.parametrize("name", ON_THE_PAGE)
def test_every_refusal_of_the_page_has_a_german_sentence(german: None, name: str) -> None:
    found = list(refusals(DOMAIN / f"{name}.py"))
    assert [sentence for sentence in found if say_sentence(sentence) == sentence] == []


@pytest.mark.parametrize("module", sorted(UI.glob("*.py")), ids=lambda path: path.stem)
def test_the_page_says_what_the_domain_says_through_one_module(module: Path) -> None:
    if module.stem != "spoken":
        text = module.read_text()
        assert re.findall(r"(?<!say_sentence\()\berror\.detail\b", text) == []
        assert re.findall(r"from taskchat_app\.domain\.\w+ import [^\n]*\bsay_\w+", text) == []
