"""A date that is corrected in the same message: the later one counts, and no word of the correction is in a title."""

from typing import Any

import pytest

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation
from tests.assistant.understanding.outcomes import Outcome, add, each, is_met, shows, update

CLOCK = UserClock(BERLIN, WEDNESDAY)
FRIDAY, SATURDAY = "2026-11-20", "2026-11-21"


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("add call mum tomorrow, no wait, friday", add("Call mum", due_date=FRIDAY)),
        ("add call mum tomorrow... no, wait... friday!", add("Call mum", due_date=FRIDAY)),
        ("add call mum tomorrow i mean friday", add("Call mum", due_date=FRIDAY)),
        ("buy bread tomorrow, I mean on friday", add("Buy bread", due_date=FRIDAY)),
        ("add call mum tomorrow, actually friday at 5pm", add("Call mum", due_date=f"{FRIDAY}T17:00")),
        ("add call mum tomorrow, no, friday, no, saturday", add("Call mum", due_date=SATURDAY)),
        ("add dinner on friday, sorry, tomorrow", add("Dinner", due_date="2026-11-19")),
        ("add dinner on the 5th, no, the 6th #home", add("Dinner", due_date="2026-12-06", tags=["home"])),
        ("add dinner tomorrow at 5pm, no, friday", add("Dinner", due_date=f"{FRIDAY}T17:00")),
        ("add dinner at 5pm tomorrow, no, friday", add("Dinner", due_date=f"{FRIDAY}T17:00")),
        ("add dinner tomorrow at 5pm, no, at 6pm", add("Dinner", due_date="2026-11-19T18:00")),
        ("add dinner tomorrow morning, no, friday", add("Dinner", due_date=f"{FRIDAY}T09:00")),
        ("add call mum tomorrow evening at 8, no, friday", add("Call mum", due_date=f"{FRIDAY}T20:00")),
        ("add call mum this evening, no, tomorrow", add("Call mum", due_date="2026-11-19T18:00")),
        ("add call mum tomorrow evening, no wait, 8pm", add("Call mum", due_date="2026-11-19T20:00")),
        ("add dinner at 5pm on friday, no, at 6pm", add("Dinner", due_date=f"{FRIDAY}T18:00")),
        ("add dinner um 17 Uhr am Freitag, nein, 18 Uhr", add("Dinner", due_date=f"{FRIDAY}T18:00")),
        ("move 3 to friday morning, no, to saturday", update(3, due_date=f"{SATURDAY}T09:00")),
        ("Brot kaufen morgen früh, nein, Freitag", add("Brot kaufen", due_date=f"{FRIDAY}T09:00")),
        ("Brot kaufen am Freitagabend, nein, am Samstag", add("Brot kaufen", due_date=f"{SATURDAY}T18:00")),
        ("remind me tomorrow, no, friday to call mum", add("Call mum", due_date=FRIDAY)),
        ("buy bread tomorrow, no, friday and call mum",
         each(add("Buy bread", due_date=FRIDAY), add("Call mum"))),
        ("move 3 to monday, no, tuesday", update(3, due_date="tuesday")),
        ("move 3 to monday, no, to tuesday", update(3, due_date="tuesday")),
        ("move 3 to 5pm, no, 6pm", update(3, due_date="6pm")),
        ("please move tasks 3 and 4 to 5pm, no, to 6pm", each(update(3, due_date="6pm"), update(4, due_date="6pm"))),
        ("move 3 to 5pm tomorrow, no, 6pm", update(3, due_date="2026-11-19T18:00")),
        ("verschiebe 3 bis 17 Uhr, nein, 18 Uhr", update(3, due_date="18 Uhr")),
        ("move 3 to monday, make it tuesday", update(3, due_date="tuesday")),
        ("move 3 to monday. No, make it tuesday instead.", update(3, due_date="tuesday")),
        ("move 3 to 5pm, make it 6pm", update(3, due_date="6pm")),
        ("add call mum tomorrow, let's say friday", add("Call mum", due_date=FRIDAY)),
        ("remind me tomorrow, make it friday, to call mum", add("Call mum", due_date=FRIDAY)),
        ("move 3 to monday, make it urgent",
         each(update(3, due_date="monday"), update(3, priority="high"))),
        ("verschiebe 3 auf Montag, mach es Dienstag", update(3, due_date="Dienstag")),
        ("Brot kaufen morgen, sagen wir Freitag", add("Brot kaufen", due_date=FRIDAY)),
        ("move the rent to monday. No, on tuesday.", update(3, due_date="tuesday")),
        ("set the due date of 3 to monday, wait, tuesday", update(3, due_date="tuesday")),
        ("what's due tomorrow, no, today?", shows(2, 3)),
        ("verschiebe 3 auf Montag, nein, Dienstag", update(3, due_date="Dienstag")),
        ("verschiebe 3 auf morgen, ach nein, auf Freitag", update(3, due_date="Freitag")),
        ("Brot kaufen am Freitag, nein, morgen", add("Brot kaufen", due_date="2026-11-19")),
        ("Brot am Freitag, ich meine am Samstag kaufen", add("Brot kaufen", due_date=SATURDAY)),
        ("erinnere mich morgen, nein, am Freitag an die Steuer", add("Steuer", due_date=FRIDAY)),
    ],
)  # fmt: skip
async def test_the_later_date_counts(conversation: Conversation, sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation, sentence, outcome)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("add book: no, tomorrow", "Book: no"),
        ("add call mum, no, dad tomorrow", "Call mum, no, dad"),
        ("add call mum, no wait, Bob tomorrow", "Call mum, no wait, Bob"),
        ("add gym tomorrow, not friday", "Gym, not friday"),
        ("add a cake tomorrow, make it chocolate", "A cake, make it chocolate"),
        ("add dinner tomorrow, no 6pm snack", "Dinner, no 6pm snack"),
        ("add meet Bob tomorrow, no presents", "Meet Bob, no presents"),
        ("add read page 3, no, 4 tomorrow", "Read page 3, no, 4"),
        ("add call mum tomorrow, no wait", "Call mum, no wait"),
    ],
)
def test_a_date_is_corrected_by_a_date_only(said: str, title: str) -> None:
    [command] = read_message(said, CLOCK)
    assert command.given == {"title": title, "due_date": "2026-11-19"}


@pytest.mark.parametrize(
    "said", ["add rest at the weekend, wait until monday", "add call mum tomorrow, wait for friday"]
)
def test_to_wait_for_a_date_corrects_none(said: str) -> None:
    first, second = read_message(said, CLOCK)
    assert (first.given["title"], second.given["title"]) in (("Rest", "Wait"), ("Call mum", "Wait"))


@pytest.mark.parametrize(
    "title",
    [
        "Party saturday, no, sunday lunch",
        "Plan a day no friday is like",
        "Buy 5, no, 6 apples",
        "Gym tomorrow or friday",
        "Meeting monday, sorry, tuesday is full",
        "“Monday, no, Tuesday” by Bob",
        "Sing in the sun, no, rain",
        "Tell Bob friday no wait for the bus",
    ],
)
def test_what_only_looks_like_a_correction_is_a_title(title: str) -> None:
    [command] = read_message(f"add {title}", CLOCK)
    assert command.given == {"title": title}


@pytest.mark.parametrize(
    ("sentence", "given"),
    [
        ("buy no bread, wait for friday", {"title": "Buy no bread, wait", "due_date": FRIDAY}),
        ("add swim every monday, no, tuesday",
         {"title": "Swim, no", "due_date": "2026-11-30", "recurrence": "FREQ=WEEKLY;BYDAY=MO"}),
        ("add swim every morning, no, friday",
         {"title": "Swim, no", "due_date": FRIDAY, "recurrence": "FREQ=DAILY"}),
        ("add swim on monday and thursday, no, friday",
         {"title": "Swim on monday and thursday, no", "due_date": FRIDAY}),
        ("add trip from monday to friday, no, saturday",
         {"title": "Trip from monday to friday, no", "due_date": SATURDAY}),
        ("add work from 5pm to 6pm, no, 7pm", {"title": "Work from 5pm to 6pm, no", "due_date": "2026-11-18T19:00"}),
        ("add move 3 to 5pm, no, 6pm", {"title": "Move 3 to 5pm, no", "due_date": "2026-11-18T18:00"}),
        ("rename 3 to call Bob monday, no, tuesday", {"title": "Call Bob monday, no, tuesday"}),
        ("change the name of 3 to Bob monday, no, tuesday", {"title": "Bob monday, no, tuesday"}),
        ("add a note to 3: monday, no, tuesday", {"description": "monday, no, tuesday"}),
    ],
)  # fmt: skip
def test_other_words_are_read_as_they_are(sentence: str, given: dict[str, Any]) -> None:
    [command] = read_message(sentence, CLOCK)
    assert command.given == given
