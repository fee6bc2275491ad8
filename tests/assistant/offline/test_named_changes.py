"""What a sentence may change of the task that it names, as the card of an unread message offers it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.named_changes import changes_said, is_denied_tag, tag_in_place
from taskchat_app.assistant.grammar.phrases.loose_days import spelled_out

CLOCK = UserClock(ZoneInfo("Europe/Berlin"), datetime(2026, 11, 18, 10, tzinfo=UTC))
CHANGES = {
    "team mtg moved to 3pm same day": [("update", {"due_date": "3pm"})],
    "cld u move the meeting fwd an hr": [("shift", {"unit": "hours", "count": -1})],
    "nochmal ne woche dranhängen beim meeting": [("shift", {"unit": "weeks", "count": 1})],
    "the meeting half an hour later": [("shift", {"unit": "minutes", "count": 30})],
    "meeting nicht mehr monatlich sondern vierteljährlich": [("update", {"recurrence": "FREQ=MONTHLY;INTERVAL=3"})],
    "put board instead of meeting": [("update", {"title": "board", "word": "meeting"})],
    "the team is Müller & Sons not meeting": [("update", {"title": "Müller & Sons", "word": "meeting"})],
    'it would be great to call the meeting "Board of May"': [("update", {"title": "Board of May"})],
    "meeting soll jetzt Vorstand heißen": [("update", {"title": "Vorstand"})],
    "take high off the meeting": [("update", {"priority": "medium"})],
    "lower priority on the meeting, boss is away": [("update", {"priority": "low"})],
    "das meeting ist wichtig": [("update", {"priority": "high"})],
    "das meeting unter dem Tag garten führen": [("tag", {"tags": ["garten"]})],
    "arbeit-tag weg beim meeting": [("untag", {"tags": ["arbeit"]})],
    "meeting isn't home, so tag it work instead of home": [("update", {"tags": ["work"]})],
    "get the date off that meeting": [("update", {"clear": ["due_date"]})],
    "nenn das meeting bitte Vorstand": [("update", {"title": "Vorstand"})],
    '"team meeting" should say board': [("update", {"title": "Board"})],
    "statt meeting jetzt Vorstand": [("update", {"title": "Vorstand", "word": "meeting"})],
    "swap lunch for the meeting": [("update", {"title": "lunch", "word": "meeting"})],
    "beim meeting: tag arbeit": [("tag", {"tags": ["arbeit"]})],
    "one more day for the meeting": [("shift", {"unit": "days", "count": 1})],
    "they moved the meeting to the 26th same time": [("update", {"due_date": "2026-11-26"})],
    "boss said half past four for the meeting instead": [("update", {"due_date": "half past four"})],
    "no due date for the meeting, whenever is fine": [("update", {"clear": ["due_date"]})],
    "not meeting anymore, Standup": [("update", {"title": "Standup", "word": "meeting"})],
    "meeting heißt jetzt Vorstand": [("update", {"title": "Vorstand", "word": "meeting"})],
    "put the meeting down to low": [("update", {"priority": "low"})],
    "not meeting, she already had one": [],
    "just stop repeating that meeting": [("update", {"clear": ["recurrence"]})],
    "no more monthly for the meeting": [("update", {"clear": ["recurrence"]})],
    "das meeting bitte nicht mehr wiederholen": [("update", {"clear": ["recurrence"]})],
    "meeting nur noch einmal die woche": [("update", {"recurrence": "FREQ=WEEKLY"})],
    "meeting wird Vorstand": [("update", {"title": "Vorstand", "word": "meeting"})],
    "put a garden label on the meeting": [("tag", {"tags": ["garden"]})],
    "the meeting should be under private": [("tag", {"tags": ["private"]})],
    "bitte den tag garten auch beim meeting": [("tag", {"tags": ["garten"]})],
    "the meeting is no longer urgent": [("update", {"priority": "low"})],
    "das meeting eilt doch nicht": [("update", {"priority": "low"})],
    "make the meeting top priority by monday": [
        ("update", {"due_date": "2026-11-23", "priority": "high"}), ("update", {"priority": "high"}),
    ],
    "leave the meeting until january": [("update", {"due_date": "1 january"})],
    "meeting reicht auch im februar": [("update", {"due_date": "1 februar"})],
    "meeting now 3pm not 2": [("update", {"due_date": "3pm"})],
    "pause the meeting for 2 weeks": [("shift", {"unit": "weeks", "count": 2})],
    "i want to team lunch not meeting": [("update", {"title": "lunch", "word": "meeting"})],
    "the meeting is not important but the call is": [],
    "the meeting is under review": [],
    "the meeting expires in march": [],
    "team lunch not the meeting": [("update", {"title": "lunch", "word": "meeting"})],
    # No change is said, or none that can be made.
    "nein, nicht das meeting": [],
    "the meeting was not nice": [],
    "if it rains, the meeting is on friday": [],
}  # fmt: skip


def test_a_change_is_read_wherever_its_words_stand():
    for text, expected in CHANGES.items():
        said = changes_said(text, "Team meeting", CLOCK)
        assert [(change.kind, change.given) for change in said] == expected, text


def test_another_tag_is_read_in_place_of_one_that_is_named():
    said = {
        "take work off the invoice and put accounts on": "accounts",
        "the plants aren't work stuff, they're garden": "garden",
        "it should be under private not work": "private",
        "hat nix bei work verloren, das ist privat": "privat",
        "get rid of work on the rent, that's stupid": "",
        "no work tag": "",
    }
    assert {text: tag_in_place(text, "work") for text in said} == said


def test_a_tag_is_denied_only_where_the_denial_stands_at_it():
    for text in ("it isn't for work", "under private not work", "hat nix bei work verloren"):
        assert is_denied_tag(text, "work"), text
    for text in ("can't do the report, work is awful", "i'm not at work", "no work today"):
        assert not is_denied_tag(text, "work"), text


def test_short_days_and_times_are_spelled_out():
    said = {
        "ring gran sun": "ring gran sunday",
        "tierarzt nä. mi 16:20": "tierarzt nächsten mittwoch 16:20",
        "wed dr patel 1550": "wednesday dr patel 15:50",
        "haircut half 4": "haircut half past 4",
        "sun lotion for the half 6 pack": "sun lotion for the half 6 pack",
        "do so much in 2026": "do so much in 2026",
        "sunny day, room 2512": "sunny day, room 2512",
    }
    assert {text: spelled_out(text) for text in said} == said
