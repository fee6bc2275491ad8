"""Messages within JSON: found by their paths, kept beside the stored text, and put back."""

import json
from datetime import date

from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import Message, gettext, messages_in, with_messages

DUE = gettext("due {due}", due=gettext("{day:EEEE d MMMM y}", day=date(2026, 11, 20)))
CARD = {"status": {"text": gettext("There is no task {number}.", number=7)}, "children": [{"value": "done"}, DUE, 3]}


def stored(value: object) -> object:
    return json.loads(json.dumps(value))


def test_messages_are_found_by_their_paths() -> None:
    assert set(messages_in(CARD)) == {"/status/text", "/children/1"}


def test_messages_are_put_back_in_their_places_alone() -> None:
    restored = with_messages(stored(CARD), stored(messages_in(CARD)))  # pyright: ignore[reportArgumentType]  # as JSON
    assert restored == CARD
    assert render(restored["status"]["text"], "de") == "Es gibt keine Aufgabe 7."
    assert render(restored["children"][1], "de") == "fällig Freitag, 20. November 2026"
    assert not isinstance(restored["children"][0]["value"], Message)


def test_json_without_messages_stays_as_it_is() -> None:
    assert with_messages({"a": [1]}, None) == {"a": [1]}
    assert messages_in({"a": [1]}) == {}


def test_a_message_alone_is_kept() -> None:
    assert render(with_messages(str(DUE), messages_in(DUE)), "de") == "fällig Freitag, 20. November 2026"
