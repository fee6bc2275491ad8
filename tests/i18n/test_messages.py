"""A message is its English sentence, and is rendered in another language by its id and values."""

import copy
import json
import pickle
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import Message, decode, encode, gettext, joined, pgettext

MOMENT = datetime(2026, 11, 21, 9, 5)  # noqa: DTZ001 -- on the clock where the person is


MESSAGES: list[tuple[Message, str, str]] = [
    (gettext("There is no task {number}.", number="#7"), "There is no task #7.", "Es gibt keine Aufgabe #7."),
    (pgettext("field", "title"), "title", "Titel"),
    (
        gettext("The {what} holds a NUL character or half of a character. Remove it.", what=pgettext("field", "title")),
        "The title holds a NUL character or half of a character. Remove it.",
        "Titel: Darin steht ein NUL-Zeichen oder ein halbes Zeichen. Entfern es.",
    ),
    (
        gettext("{moment:EEEE d MMMM y} at {moment:HH:mm}", moment=MOMENT),
        "Saturday 21 November 2026 at 09:05",
        "Samstag, 21. November 2026 um 09:05 Uhr",
    ),
    (gettext("{day:EEEE d MMMM y}", day=date(2027, 3, 1)), "Monday 1 March 2027", "Montag, 1. März 2027"),
    (
        gettext("The description of “{title}” is cut after {most:#,##0} characters.", title="7", most=2000),
        "The description of “7” is cut after 2,000 characters.",
        "Die Beschreibung von „7“ wird nach 2.000 Zeichen abgeschnitten.",
    ),
    (gettext("{count} tasks", count=2000), "2000 tasks", "2000 Aufgaben"),
    (
        joined([gettext("There is no task {number}.", number=1), "{so} be it"]),
        "There is no task 1. {so} be it",
        "Es gibt keine Aufgabe 1. {so} be it",
    ),
]
"""Messages in English and German."""


def test_a_message_is_english_and_is_rendered_in_german() -> None:
    for message, english, german in MESSAGES:
        assert (message, render(message, "en"), render(message, "de")) == (english, english, german)
        stored = json.loads(json.dumps(encode(message)))
        copies = (pickle.loads(pickle.dumps(message)), copy.deepcopy(message), message.with_values())
        for same in (decode(stored), *copies):
            assert (same, render(same, "de")) == (english, german)


def nested(template: str, depth: int) -> Any:
    """Return a message whose value is such a message, and so on."""
    return {"id": template, "values": {"x": nested(template, depth - 1) if depth else "x"}}


NO_MESSAGES: list[Any] = [
    {"id": "{x.__class__}", "values": {"x": "1"}},
    {"id": "{x.__init__.__globals__}", "values": {"x": 1}},
    {"id": "{x[0]}", "values": {"x": "1"}},
    {"id": "{0}", "values": {"0": "1"}},
    {"id": "{}", "values": {"x": "1"}},
    {"id": "{x!r}", "values": {"x": "1"}},
    {"id": "{x:9}", "values": {"x": "1"}},
    {"id": "{x:\u0669}", "values": {"x": "1"}},  # Arabic 9, which str.format reads as a width
    {"id": "{n:\uff19}", "values": {"n": 1}},
    {"id": "{x:#,##0}", "values": {"x": "1"}},
    {"id": "{x:{y}}", "values": {"x": "1", "y": "9"}},
    {"id": "{n:" + 41 * "0" + "}", "values": {"n": 1}},
    {"id": "{n:@}", "values": {"n": -5}},
    {"id": "one", "plural": "{count.real}", "count": 2, "values": {"count": 2}},
    {"id": "{x", "values": {"x": "1"}},
    {"id": "{y}", "values": {"x": "1"}},
    {"id": "{x}", "values": {"x": ["1"]}},
    {"id": "{x}", "values": {"x": 10**30}},
    {"id": "{x}", "values": ["1"]},
    {"id": 5},
    {"id": "one", "plural": "many", "count": "2"},
    {"values": {}},
    "text",
    nested("{x}{x}", 5),
    nested("{x}", 200),
]
"""What is stored as a message, but was not made by `encode`."""


def test_what_is_no_message_of_ours_is_not_decoded() -> None:
    decoded: list[Any] = []
    for stored in NO_MESSAGES:
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            decoded.append((stored, decode(stored)))
    assert decoded == []


def test_what_has_no_translation_is_rendered_as_it_stands() -> None:
    assert render("Whatever this is.", "de") == "Whatever this is."
    assert render(Message("Whatever {this} is.", {"this": 7}), "de") == "Whatever 7 is."
    assert render(gettext("There is no task {number}.", number=7), "tlh") == "There is no task 7."


def test_braces_in_what_a_person_wrote_stay() -> None:
    refused = gettext("There is no day {day}. {examples}", day="{day} {0}", examples="")
    assert render(refused, "de") == "Den Tag {day} {0} gibt es nicht. "


def test_a_constant_is_completed_with_values_later() -> None:
    constant = gettext("There is no task {number}.")
    assert constant == "There is no task {number}."
    assert render(constant.with_values(number=7), "de") == "Es gibt keine Aufgabe 7."
