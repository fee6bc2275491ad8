"""Rows of the tables of doubtful titles, each with its examples, and titles that are added without a question."""

from taskchat_app.assistant.grammar.phrases.doubtful_titles import MISFIT_ROWS, UNREAD_ROWS
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.unread_words import misfit
from taskchat_app.domain.dates.command_text import mask_quotes


def test_each_row_finds_its_examples() -> None:
    for pattern, *examples in (*UNREAD_ROWS, *MISFIT_ROWS):
        assert examples, f"No example: {pattern}"
        missed = [example for example in examples if not phrase(pattern).search(mask_quotes(example))]
        assert missed == [], f"Not found by {pattern}"


def test_a_function_word_makes_a_title_doubtful_but_not_in_an_order_for_these_very_words() -> None:
    titles = (
        "Call a bit later", "Kurz davor anrufen", "Call before ten", "Walk after lunch", "Call today or later",
        "Call Ann, not today", "Walk instead of today", "Anna irgendwann treffen", "Pack the evening before the trip",
        "Always lock the door", "Stretch every 3", "Blumen nur gießen", "Sweep daily, but not today", "Ring twice",
        "Never skip lunch", "No reminders on sundays", "Keine Erinnerungen bekommen", "From now on cook",
        "Water roses only on sunny days", "Ab sofort sparen", "Call him back", "Hang it up", "Wash it really well",
        "Call Tom instead", "Buy not milk but bread", "Kein Brot, sondern Milch", "Bread no wait rolls",
        "Bread, scratch that, rolls", "Brot, ich meine Milch", "Show me milk", "Nothing", "Milch hinzu",
        "Write down that Ann comes", "Milk as a step", "Milch als Teilschritt", "Buy milk remind me",
        "Milch kaufen, sag mir Bescheid", "Maybe call Ann", "Erst putzen", "Brot lieber selbst backen",
        "Jog unless wet", "Write not to Tom", "Daher Brot kaufen", "Fenster könnte man putzen", "Call Ann still",
        "Brot auch", "Buy milk preferably", "The garage door needs paint", "Bread i like", "Fix the tap, it drips",
        "Clean it, put it back on", "Return the shoes, I have", "Eintragen, dass ich komme", "It for Ann", "Also",
        "“Stamps and tape” as one task", "An Milch erinnert werden", "Keep the books till I am back", "Meet you there",
        "Alles was du hast", "Milch nich vergessen", "Put ice on it", "Salz dazu", "Right now call Ann",
        "Don't call Ann", "Wash what you're wearing",
    )  # fmt: skip
    assert [title for title in titles if not misfit({"title": title}, title)] == []
    orders = ("new task: call him back", "remind me to call him back", "change 3 to call him back")
    assert [order for order in orders if misfit({"title": "call him back"}, order)] == []


def test_ordinary_titles_are_not_doubtful() -> None:
    titles = (
        "Buy milk", "Call the dentist about the crown", "Wohnung putzen", "Alle Fenster putzen", "Review the Q2 report",
        "Thank you letter to Ann", "Ask if the shop delivers", "Book all day parking", "Read “tomorrow or never”",
        "Call Will", "Buy a hat", "Email her boss", "A can of paint", "Hol die Kinder ab", "Laden wieder öffnen",
    )  # fmt: skip
    assert {title: found for title in titles if (found := misfit({"title": title}, title))} == {}
