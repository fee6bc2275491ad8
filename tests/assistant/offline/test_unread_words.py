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


def test_a_function_word_makes_a_title_doubtful() -> None:
    words = (
        ("later", "Call a bit later"), ("davor", "Kurz davor anrufen"), ("before", "Call before ten"),
        ("after", "Walk after lunch"), ("irgendwann", "Anna irgendwann treffen"),
        ("before", "Pack the evening before the trip"), ("always", "Always lock the door"),
        ("every", "Stretch every 3"), ("nur", "Blumen nur gießen"), ("twice", "Ring twice"),
        ("never", "Never skip lunch"), ("keine", "Keine Erinnerungen bekommen"), ("now", "From now on cook"),
        ("sofort", "Ab sofort sparen"), ("him", "Call him back"), ("it", "Hang it up"), ("it", "Wash it really well"),
        ("instead", "Call Tom instead"), ("not", "Buy not milk but bread"), ("kein", "Kein Brot, sondern Milch"),
        ("no", "Bread no wait rolls"), ("me", "Show me milk"), ("nothing", "Nothing"), ("hinzu", "Milch hinzu"),
        ("as", "Milk as a step"), ("als", "Milch als Teilschritt"), ("me", "Buy milk remind me"),
        ("maybe", "Maybe call Ann"), ("erst", "Erst putzen"), ("lieber", "Brot lieber selbst backen"),
        ("unless", "Jog unless wet"), ("not", "Write not to Tom"), ("daher", "Daher Brot kaufen"),
        ("könnte", "Fenster könnte man putzen"), ("still", "Call Ann still"), ("auch", "Brot auch"),
        ("preferably", "Buy milk preferably"), ("needs", "The garage door needs paint"), ("i", "Bread i like"),
        ("it", "Fix the tap, it drips"), ("it", "Clean it, put it back on"), ("I", "Return the shoes, I have"),
        ("dass", "Eintragen, dass ich komme"), ("it", "It for Ann"), ("also", "Also"),
        ("as", "“Stamps and tape” as one task"), ("werden", "An Milch erinnert werden"),
        ("I", "Keep the books till I am back"), ("you", "Meet you there"), ("nich", "Milch nich vergessen"),
        ("it", "Put ice on it"), ("dazu", "Salz dazu"), ("now", "Right now call Ann"), ("don't", "Don't call Ann"),
        ("what", "Wash what you're wearing"), ("but", "Sweep daily but well"), ("no", "No sugar"),
        ("only", "Water roses only in shade"), ("or", "Call Ann or Tom"), ("Note", "Note that Ann comes"),
        ("mir", "Milch kaufen, sag mir Genaues"), ("if", "Check tyres if it rains"),
        ("instead", "Call Jürgen instead"), ("him", "CALL HIM BACK"), ("sollten", "Reifen sollten neu sein"),
    )  # fmt: skip
    assert [(misfit({"title": title}, title), title) for _, title in words] == [*words]


def test_an_order_for_these_very_words_may_have_words_of_a_clause_but_none_that_could_be_a_date() -> None:
    orders = ("new task: call him back", "remind me to call him back", "change 3 to call him back")
    assert [order for order in orders if misfit({"title": "call him back"}, order)] == []
    assert misfit({"title": "Ihn anrufen"}, "erinnere mich daran, ihn anzurufen") == ""
    assert misfit({"title": "call Ann before ten"}, "remind me to call Ann before ten") == "before"
    assert misfit({"title": "always lock the door"}, "new task: always lock the door") == "always"
    assert misfit({"title": "wrap presents eve", "due_date": "2026-12-24"}, "wrap presents on Xmas Eve eve") == "eve"
    assert misfit({"title": "call mum", "due_date": "2026-12-24"}, "call tomorrow mum") == ""
    assert misfit({"title": "Miete 3ten"}, "Miete 3ten") == "3ten"


def test_ordinary_titles_are_not_doubtful() -> None:
    titles = (
        "Buy milk", "Call the dentist about the crown", "Wohnung putzen", "Alle Fenster putzen", "Review the Q2 report",
        "Thank you letter to Ann", "Ask if the shop delivers", "Book all day parking", "Read “tomorrow or never”",
        "Fill the watering can with water", "Replace garage door spring", "Spend some time with Ann",
        "Learn how to knit",
        "Nachfragen, ob das Paket da ist", "Look after Ann's cat", "Send Ann a thank you", "Register for Calculus I",
        "Call Will", "Buy a hat", "Email her boss", "A can of paint", "Hol die Kinder ab", "Laden wieder öffnen",
    )  # fmt: skip
    assert {title: found for title in titles if (found := misfit({"title": title}, title))} == {}
