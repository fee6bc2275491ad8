"""Wishes without a command, offers, and lists of tasks in one message."""

from typing import Any

import pytest

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.pasted_lists import LINES_MAX
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation
from tests.assistant.understanding.lists import conversation_with

Created = list[dict[str, Any]]
CLOCK = UserClock(BERLIN, WEDNESDAY)


@pytest.fixture
def conversation() -> Conversation:
    return Conversation(["Call mum", "Buy milk"])


def created(conversation: Conversation) -> Created:
    assert {name for name, _ in conversation.list.calls} <= {"create_task", "list_tasks"}
    return [given for name, given in conversation.list.calls if name == "create_task"]


@pytest.mark.parametrize(
    ("wish", "tasks"),
    [
        ("buy some bread", [{"title": "Buy some bread"}]),
        ("Water the plants every 3 days #home",
         [{"title": "Water the plants", "tags": ["home"], "recurrence": "FREQ=DAILY;INTERVAL=3"}]),
        ("call the dentist on friday at 9am, urgent, tag health",
         [{"title": "Call the dentist", "due_date": "2026-11-20T09:00", "priority": "high", "tags": ["health"]}]),
        ("pick up the parcel tomorrow", [{"title": "Pick up the parcel", "due_date": "2026-11-19"}]),
        ("buy bread, call the bank and pay rent tomorrow",
         [{"title": "Buy bread"}, {"title": "Call the bank"}, {"title": "Pay rent", "due_date": "2026-11-19"}]),
        ("i need to buy eggs and call the bank", [{"title": "Buy eggs"}, {"title": "Call the bank"}]),
        ("buy bread and butter", [{"title": "Buy bread and butter"}]),
        ("write to Ann and Tom about the party", [{"title": "Write to Ann and Tom about the party"}]),
        ("Fenster putzen am Freitag", [{"title": "Fenster putzen", "due_date": "2026-11-20"}]),
        ("Brot kaufen und Müll rausbringen", [{"title": "Brot kaufen"}, {"title": "Müll rausbringen"}]),
        ("kauf bitte Brot", [{"title": "Kauf Brot"}]),
        ("ruf morgen Mama an", [{"title": "Ruf Mama an", "due_date": "2026-11-19"}]),
        ("ruf Oma an morgen um 9", [{"title": "Ruf Oma an", "due_date": "2026-11-19T09:00"}]),
        ("schick Anna bis Freitag die Rechnung", [{"title": "Schick Anna die Rechnung", "due_date": "2026-11-20"}]),
        ("kündige das Abo bis 30.11.", [{"title": "Kündige das Abo", "due_date": "2026-11-30"}]),
        ("kauf Brot, hol die Kinder um 15 Uhr ab und bezahl die Miete",
         [{"title": "Kauf Brot"}, {"title": "Hol die Kinder ab", "due_date": "2026-11-18T15:00"},
          {"title": "Bezahl die Miete"}]),
        ("pack den Koffer", [{"title": "Pack den Koffer"}]),
        ("geh am Samstag zum Friseur", [{"title": "Geh zum Friseur", "due_date": "2026-11-21"}]),
        ("meet Bob tomorrow at five pm", [{"title": "Meet Bob", "due_date": "2026-11-19T17:00"}]),
        ("set a reminder every day at noon to take medication",
         [{"title": "Take medication", "due_date": "2026-11-18T12:00", "recurrence": "FREQ=DAILY"}]),
        ("schedule a one hour appointment for saturday",
         [{"title": "One hour appointment", "due_date": "2026-11-21"}]),
        ("add detergent to the list of things i need to buy", [{"title": "Detergent"}]),
        ("Arzt besuchen morgen um drei Uhr", [{"title": "Arzt besuchen", "due_date": "2026-11-19T03:00"}]),
        ("add cereal to my shopping list", [{"title": "Cereal", "tags": ["shopping"]}]),
        ("füge Brot zu meiner Einkaufsliste hinzu", [{"title": "Brot", "tags": ["einkauf"]}]),
        ("add tea to my to-do list for tomorrow", [{"title": "Tea", "due_date": "2026-11-19"}]),
    ],
)  # fmt: skip
async def test_a_certain_wish_is_added_at_once(conversation: Conversation, wish: str, tasks: Created) -> None:
    await conversation.say(wish)
    assert created(conversation) == tasks


@pytest.mark.parametrize(
    ("message", "tasks"),
    [
        ("buy milk tomorrow, dentist on friday at 9am, call mum",
         [{"title": "Buy milk", "due_date": "2026-11-19"}, {"title": "Dentist", "due_date": "2026-11-20T09:00"},
          {"title": "Call mum"}]),
        ("add eggs, milk and bread today, butter on friday",
         [{"title": "Eggs, milk and bread", "due_date": "2026-11-18"}, {"title": "Butter", "due_date": "2026-11-20"}]),
        ("Milch kaufen morgen, Zahnarzt am Freitag um 9",
         [{"title": "Milch kaufen", "due_date": "2026-11-19"}, {"title": "Zahnarzt", "due_date": "2026-11-20T09:00"}]),
        ("add call with Ann tomorrow and with Bob on friday",
         [{"title": "Call with Ann tomorrow and with Bob", "due_date": "2026-11-20"}]),
        ("dinner on friday, 9pm with Bob", [{"title": "Dinner with Bob", "due_date": "2026-11-20T21:00"}]),
        ('add "milk today, bread tomorrow" on friday',
         [{"title": "milk today, bread tomorrow", "due_date": "2026-11-20"}]),
        ("add milk on monday or tuesday and bread on friday",
         [{"title": "Milk on monday or tuesday"}, {"title": "Bread", "due_date": "2026-11-20"}]),
        ("finish report by thursday or friday and pay rent on monday",
         [{"title": "Finish report by thursday or friday"}, {"title": "Pay rent", "due_date": "2026-11-23"}]),
        ("I have a meeting on monday and friday", [{"title": "Meeting on monday and friday"}]),
        ("add dinner friday at 7pm, buy milk and call bob friday at 5pm",
         [{"title": "Dinner", "due_date": "2026-11-20T19:00"}, {"title": "Buy milk"},
          {"title": "Call bob", "due_date": "2026-11-20T17:00"}]),
        ("add wash the car, mow the lawn and call dad",
         [{"title": "Wash the car"}, {"title": "Mow the lawn"}, {"title": "Call dad"}]),
        ("add wash the car, mow the lawn and call dad friday",
         [{"title": "Wash the car, mow the lawn and call dad", "due_date": "2026-11-20"}]),
        ("add write to Ann, Tom and Sue", [{"title": "Write to Ann, Tom and Sue"}]),
        ("add call Bob, bring the keys", [{"title": "Call Bob, bring the keys"}]),
        ("add dinner friday, buy milk and eggs monday",
         [{"title": "Dinner", "due_date": "2026-11-20"}, {"title": "Buy milk and eggs", "due_date": "2026-11-23"}]),
        ("add dinner friday at 7pm, clean and vacuum the flat monday",
         [{"title": "Dinner", "due_date": "2026-11-20T19:00"},
          {"title": "Clean and vacuum the flat", "due_date": "2026-11-23"}]),
    ],
)  # fmt: skip
def test_a_list_in_which_each_part_has_a_date_or_verb_is_several_tasks(
    message: str, tasks: list[dict[str, Any]]
) -> None:
    assert [command.given for command in read_message(message, CLOCK)] == tasks


@pytest.mark.parametrize(
    ("message", "tasks"),
    [
        (
            "call bob tomorrow and on friday buy milk",
            [{"title": "Call bob", "due_date": "2026-11-19"}, {"title": "Buy milk", "due_date": "2026-11-20"}],
        ),
        (
            "on friday call bob and on saturday at 9am buy milk",
            [{"title": "Call bob", "due_date": "2026-11-20"}, {"title": "Buy milk", "due_date": "2026-11-21T09:00"}],
        ),
        (
            "Am 3.12. Milch kaufen und am 4.12. Brot kaufen",
            [{"title": "Milch kaufen", "due_date": "2026-12-03"}, {"title": "Brot kaufen", "due_date": "2026-12-04"}],
        ),
        ("call bob and tomorrow buy milk", [{"title": "Call bob"}, {"title": "Buy milk", "due_date": "2026-11-19"}]),
        (
            "Bob anrufen und morgen einkaufen",
            [{"title": "Bob anrufen"}, {"title": "Einkaufen", "due_date": "2026-11-19"}],
        ),
        ("Wäsche waschen, heute kochen", [{"title": "Wäsche waschen"}, {"title": "Kochen", "due_date": "2026-11-18"}]),
        ("Bob anrufen, Freitag putzen", [{"title": "Bob anrufen"}, {"title": "Freitag putzen"}]),
        ("tomorrow call bob and buy milk", [{"title": "Call bob and buy milk", "due_date": "2026-11-19"}]),
    ],
)
def test_a_wish_behind_a_date_of_its_own_is_a_task_of_its_own(message: str, tasks: list[dict[str, Any]]) -> None:
    assert [command.given for command in read_message(message, CLOCK)] == tasks


@pytest.mark.parametrize(
    "request_",
    [
        "schick mir die Liste", "ruf mich an", "bring mir Kaffee", "hol es ab", "mach das Licht an", "ruf ein Taxi",
        "stell die Heizung auf 20 Grad", "erzähl einen Witz", "Buch von Anna", "Miete Dezember", "Kauf von Brot",
        "Koch ist krank", "räum die Küche", "Kaufen Sie Brot", "lies meine E-Mails", "teste die Musik",
        "Erinnerungsbenachrichtigung einstellen",
    ],
)  # fmt: skip
def test_a_german_sentence_that_may_be_no_task_is_only_offered(request_: str) -> None:
    assert [command.kind for command in read_message(request_, CLOCK)] == ["offer"]


@pytest.mark.parametrize(
    ("wish", "task"),
    [
        ("party planning with Tom", {"title": "Party planning with Tom"}),
        ("rent is not paid", {"title": "Rent is not paid"}),
        ("yoga tomorrow #sport", {"title": "Yoga", "due_date": "2026-11-19", "tags": ["sport"]}),
        ("call me a taxi", {"title": "Call me a taxi"}),
        ("can you send an email to Ann", {"title": "Send an email to Ann"}),
        ("we need cheese", {"title": "Cheese"}),
        ("choir practice every monday", {"title": "Choir practice", "recurrence": "FREQ=WEEKLY;BYDAY=MO"}),
    ],
)  # fmt: skip
async def test_a_doubtful_wish_is_added_by_a_yes(conversation: Conversation, wish: str, task: dict[str, Any]) -> None:
    answer = await conversation.say(wish)
    assert answer.startswith("I did not understand")
    assert answer.endswith("A click below, or “yes”, adds it as a task.")  # the card below names the task
    assert created(conversation) == []
    await conversation.say("yes")
    assert created(conversation) == [task]
    await conversation.say("yes")
    assert created(conversation) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "what's the weather in Paris?",
        "tell me a joke",
        "I don't want eggs",
        "if it rains, buy an umbrella",
        "play some music",
        "you are great",
        "milk",
    ],
)
async def test_other_sentences_are_neither_added_nor_offered(conversation: Conversation, sentence: str) -> None:
    answer = await conversation.say(sentence)
    assert created(conversation) == []
    assert "adds it as a task" not in answer
    assert "nothing was changed" in answer


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("gotta call mum", "add"),
        ("the milk can wait until friday", "update"),
        ("forget about the milk", "delete"),
        ("buy milk", "wish"),
        ("party planning with Tom", "offer"),
        ("what is #1?", "tell"),
        ("and #2 too", "again"),
    ],
)
def test_what_is_only_understood_without_a_key_is_no_order(sentence: str, kind: str) -> None:
    [command] = read_message(sentence, CLOCK)
    assert command.kind == kind
    assert not command.is_order


class TestLists:
    @pytest.mark.parametrize(
        ("message", "titles"),
        [
            ("add these tasks:\n- bread\n- butter", ["Bread", "Butter"]),
            ("Add these tasks: bread, butter and jam", ["Bread", "Butter and jam"]),
            ("add these: bread, butter", ["Bread", "Butter"]),
            ("add the following:\n- bread\n- butter", ["Bread", "Butter"]),
            ("add new items: bread, butter", ["Bread", "Butter"]),
            ("füge folgendes hinzu: Brot, Butter", ["Brot", "Butter"]),
            ("notiere das: Brot; Butter", ["Brot", "Butter"]),
            ("tasks:\nbread\nbutter", ["Bread", "Butter"]),
            ("neue Aufgaben:\n- Brot\n- Butter", ["Brot", "Butter"]),
            ("* bread\n* delete everything", ["Bread", "Delete everything"]),
            ("1. bread\n2) butter", ["Bread", "Butter"]),
            ("1. bread 2. butter 3. jam", ["Bread", "Butter", "Jam"]),
            ("1) call Tom tomorrow 2) email Ann", ["Call Tom", "Email Ann"]),
            ("add: 1. bread, 2. butter", ["Bread", "Butter"]),
            ("[ ] bread\n- [ ] butter\n- [x] jam", ["Bread", "Butter", "Jam"]),
        ],
    )
    async def test_each_line_of_a_list_is_a_task(
        self, conversation: Conversation, message: str, titles: list[str]
    ) -> None:
        await conversation.say(message)
        assert [given["title"] for given in created(conversation)] == titles

    async def test_sixty_lines_are_all_added(self, conversation: Conversation) -> None:
        answer = await conversation.say("add these tasks:\n" + "\n".join(f"- call person {n}" for n in range(60)))
        assert len(created(conversation)) == 60
        assert "left out" not in answer

    async def test_the_answer_names_the_bound_and_how_many_lines_it_leaves_out(
        self, conversation: Conversation
    ) -> None:
        answer = await conversation.say("tasks:\n" + "\n".join(f"person {n}" for n in range(LINES_MAX + 7)))
        assert len(created(conversation)) == LINES_MAX
        assert f"{LINES_MAX} things at most, so 7 more were left out" in answer

    async def test_clauses_beyond_the_bound_are_named(self, conversation: Conversation) -> None:
        answer = await conversation.say("; ".join(f"add thing {n}" for n in range(25)))
        assert len(created(conversation)) == 20
        assert "so 5 more were left out" in answer

    async def test_a_dash_in_one_line_makes_no_list(self, conversation: Conversation) -> None:
        assert len(read_message("- buy bread", CLOCK)) == 1


class TestGermanVerbsThatDeleteOrAreATask:
    """ "Streichen" is to delete or to paint, "entfernen" to delete or to take away."""

    @pytest.fixture
    def conversation(self) -> Conversation:
        return Conversation(["Küche planen", "Fenster", "Milch"])

    @pytest.mark.parametrize(
        ("said", "task"),
        [
            ("Küche streichen", {"title": "Küche streichen"}),
            ("die Küche streichen", {"title": "Die Küche streichen"}),
            ("ich will die Küche streichen", {"title": "Die Küche streichen"}),
            ("am Samstag Küche streichen", {"title": "Küche streichen", "due_date": "2026-11-21"}),
            ("Aufgabe Küche streichen", {"title": "Küche streichen"}),
        ],
    )
    async def test_who_paints_deletes_no_task(
        self, conversation: Conversation, said: str, task: dict[str, Any]
    ) -> None:
        await conversation.say(said)
        assert created(conversation) == [task]

    @pytest.mark.parametrize(
        "said",
        [
            "3 streichen",
            "Aufgabe 3 bitte streichen",
            "ich will 3 streichen",
            '"Milch" streichen',
            "Milch von der Liste streichen",
            "die Milch kannst du streichen",
            "kannst du die Milch streichen?",
            "könntest du bitte die Milch entfernen?",
            "Milch aus der Liste entfernen",
        ],
    )
    async def test_what_is_named_or_asked_of_the_assistant_is_deleted(
        self, conversation: Conversation, said: str
    ) -> None:
        await conversation.say(said)
        assert [call for call in conversation.calls if call[0] != "list_tasks"] == [("delete_task", {"task_id": 3})]

    @pytest.mark.parametrize("said", ["Fenster entfernen", "das Fenster entfernen"])
    async def test_what_may_be_a_new_task_is_asked_about(self, conversation: Conversation, said: str) -> None:
        assert (await conversation.say(said)).startswith("Meinst du")
        assert conversation.calls == []
        await conversation.say("ja")
        assert conversation.calls == [("delete_task", {"task_id": 2})]


@pytest.mark.parametrize(
    ("sentence", "task"),
    [
        ("add call Bob !!!", {"title": "Call Bob", "priority": "high"}),
        ("call Bob tomorrow !!", {"title": "Call Bob", "due_date": "2026-11-19", "priority": "high"}),
        ("add call Bob!!!", {"title": "Call Bob"}),
        ("add buy milk, tagged shopping, tomorrow",
         {"title": "Buy milk", "due_date": "2026-11-19", "tags": ["shopping"]}),
        ("add buy milk tag: shopping, due: tomorrow",
         {"title": "Buy milk", "due_date": "2026-11-19", "tags": ["shopping"]}),
        ("add call Bob, tag it work, high priority, due friday",
         {"title": "Call Bob", "due_date": "2026-11-20", "priority": "high", "tags": ["work"]}),
        ("add call Bob tagged a, b and every friday",
         {"title": "Call Bob", "recurrence": "FREQ=WEEKLY;BYDAY=FR", "tags": ["a", "b"]}),
        ("add call Bob tagged trip, may", {"title": "Call Bob", "tags": ["trip", "may"]}),
        ("add call Bob and tag it work", {"title": "Call Bob", "tags": ["work"]}),
        ("add buy a price tag", {"title": "Buy a price tag"}),
        ("neue Aufgabe: Bob anrufen, mit Schlagwort Arbeit, morgen",
         {"title": "Bob anrufen", "due_date": "2026-11-19", "tags": ["Arbeit"]}),
        ("add call Bob tomorrow notes: ask about contract",
         {"title": "Call Bob", "due_date": "2026-11-19", "description": "ask about contract"}),
        ("add buy milk tomorrow note 2 liters",
         {"title": "Buy milk", "due_date": "2026-11-19", "description": "2 liters"}),
        ("add call Bob tomorrow note down recipe", {"title": "Call Bob tomorrow note down recipe"}),
        ("add improve skills tomorrow note taking by hand", {"title": "Improve skills tomorrow note taking by hand"}),
        ("add call Bob tomorrow note his number", {"title": "Call Bob tomorrow note his number"}),
        ("add call Bob, notes: ask him, priority: high, tags: work",
         {"title": "Call Bob", "description": "ask him", "priority": "high", "tags": ["work"]}),
        ("add call Bob, due friday, notes: ask him, and Tim",
         {"title": "Call Bob", "due_date": "2026-11-20", "description": "ask him, and Tim"}),
        ("add review notes: chapter 3", {"title": "Review notes: chapter 3"}),
        ("add buy sunday note book", {"title": "Buy sunday note book"}),
        ("add meeting tomorrow note for Bob", {"title": "Meeting tomorrow note for Bob"}),
        ("create a new task with the title call Bob and due date friday",
         {"title": "Call Bob", "due_date": "2026-11-20"}),
        ("create task: title call Bob, due friday, priority high",
         {"title": "Call Bob", "due_date": "2026-11-20", "priority": "high"}),
        ("create task: title page for the report", {"title": "Title page for the report"}),
        ("create task: title page, due friday", {"title": "Title page", "due_date": "2026-11-20"}),
        ("add check title and due date tomorrow", {"title": "Check title and due date", "due_date": "2026-11-19"}),
        ("add compare price and due date on friday", {"title": "Compare price and due date", "due_date": "2026-11-20"}),
        ("add call Bob and due date: tomorrow", {"title": "Call Bob", "due_date": "2026-11-19"}),
        ("add check due date friday", {"title": "Check due date", "due_date": "2026-11-20"}),
        ("add milk (high priority)", {"title": "Milk", "priority": "high"}),
        ("add milk (tomorrow, high priority)", {"title": "Milk", "due_date": "2026-11-19", "priority": "high"}),
        ("add milk (2 liters)", {"title": "Milk (2 liters)"}),
        ("add read (urgent) memo", {"title": "Read (urgent) memo"}),
    ],
)  # fmt: skip
def test_what_is_said_beside_a_title_is_a_field(sentence: str, task: dict[str, Any]) -> None:
    (command,) = read_message(sentence, CLOCK)
    assert command.kind in ("add", "wish")
    assert command.given == task


async def test_a_tag_without_a_comma_is_one_that_a_task_has() -> None:
    conversation = conversation_with([("Report", {"tags": ["work"]})])
    await conversation.say("add call Bob tag work")
    assert created(conversation) == [{"title": "Call Bob", "tags": ["work"]}]
    await conversation.say("add design tag line")
    assert created(conversation) == [{"title": "Design tag line"}]


@pytest.mark.parametrize("title", ["Buy price tag work", "Buy a tag work", "Print name tag work", "Lose dog tag work"])
async def test_a_tag_that_is_a_thing_is_part_of_the_title(title: str) -> None:
    conversation = conversation_with([("Report", {"tags": ["work"]})])
    await conversation.say(f"add {title}")
    assert created(conversation) == [{"title": title}]


@pytest.mark.parametrize(
    ("sentence", "titles"),
    [
        ("add to shopping list: eggs, butter, cheese", ["Eggs", "Butter", "Cheese"]),
        ("add to my list: call Bob, buy milk", ["Call Bob", "Buy milk"]),
        ("add to my list: meet Bob, Tim and Anna", ["Meet Bob, Tim and Anna"]),
        ("add to my list: dinner with Bob, Tim and Anna", ["Dinner with Bob, Tim and Anna"]),
        ("add to my shopping list: mac and cheese", ["Mac and cheese"]),
        ("todo call Bob", ["Call Bob"]),
        ("1. call Bob", ["Call Bob"]),
        ("1. Advent feiern 2. Advent backen", ["1. Advent feiern 2. Advent backen"]),
        ("add chapter 1) intro 2) basics", ["Chapter 1) intro 2) basics"]),
        ("add 1. December party 2. January brunch", ["1. December party 2. January brunch"]),
        ("[ ] call Bob", ["Call Bob"]),
        ("[ ] what is due today?", []),
        ("todo app update", []),
        ("2. Impfung buchen", ["2. Impfung buchen"]),
    ],
)
async def test_a_line_of_a_list_is_a_task(conversation: Conversation, sentence: str, titles: list[str]) -> None:
    await conversation.say(sentence)
    assert [given["title"] for given in created(conversation)] == titles


async def test_a_german_line_with_a_box_is_answered_in_german(conversation: Conversation) -> None:
    assert await conversation.say("[ ] Müll rausbringen") == "#3 Müll rausbringen hinzugefügt."
