"""Sentence templates are compiled and checked, and each example of the sentence files is read as its intent."""

import re
import tomllib
from itertools import product, repeat
from pathlib import Path

import pytest

from taskchat_app.assistant.grammar import commands
from taskchat_app.assistant.grammar.commands import Command
from taskchat_app.assistant.grammar.parser import read_command
from taskchat_app.assistant.grammar.sentences import sentence_reader
from taskchat_app.assistant.grammar.sentences.intents import INTENTS, READS
from taskchat_app.assistant.grammar.sentences.sentence_files import FOLDER, Sentence, SentenceFileError, load, load_file
from taskchat_app.assistant.grammar.sentences.sentence_reader import SENTENCES
from taskchat_app.assistant.grammar.sentences.slots import SLOTS
from taskchat_app.assistant.grammar.sentences.templates import Group, Piece, Text, Words, compile_template, parse
from taskchat_app.assistant.tools.deletion_consent import is_yes
from taskchat_app.assistant.turns.undo_command import parse_undo_command
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_WORDS
from tests.assistant.offline.notation import text_of_calls
from tests.assistant.offline.outcomes import readers
from tests.assistant.offline.say import dialogue
from tests.assistant.offline.task_list import CLOCK, Conversation, compares

RULES = {"off": "(off|out of)", "list": "[my|the] list"}
SAID = [
    ("(take|strike) {item} <off> <list>", "take the milk off my list", {"item": "the milk"}),
    ("(take|strike) {item} <off> <list>", "Strike milk OUT OF list", {"item": "milk"}),
    ("(take|strike) {item} <off> <list>", "takes milk off list", None),
    ("(take|strike) {item} <off> <list>", "take milk offlist", None),
    ("[please] (hi|good (morning|day)) [there]", "good day there", {}),
    ("[please] (hi|good (morning|day)) [there]", "please hi", {}),
    ("[please] (hi|good (morning|day)) [there]", "please there", None),
    ("lösch[e] {item}[,] bitte", "lösche 3, bitte", {"item": "3"}),
    ("note to {item} : {note}", "note to 3: a: b", {"item": "3", "note": "a: b"}),
    ("don't forget {title}", "Don’t forget milk", {"title": "milk"}),
    ("swap {number} and {number}", "swap 3 and 4", {"number": "3"}),
    ("finish {item}", "finish what I began", None),
]


@pytest.mark.parametrize(("template", "text", "slots"), SAID)
def test_a_template_is_what_may_be_said(template: str, text: str, slots: dict[str, str] | None) -> None:
    match = compile_template(template, RULES).fullmatch(text)
    assert (match.groupdict() if match else None) == slots


SLOTS_THERE = f"there are {', '.join(SLOTS)}"
WRONG = [
    (
        "{item} to {when} for {title}",
        "more than 2 free slots: item, when, title; leave one out, or use one with words of its own, such as {level} or"
        " {number}",
    ),
    *(
        (
            template,
            'two free slots without a word between them; put one that must be said, as "to" in "move {item} to {when}"',
        )
        for template in ("move {item} {when}", "move {item} [to] {when}")
    ),
    ("move {item} to {item}", "the free slot {item} twice"),
    ("move {thing}", f"unknown slot {{thing}}; {SLOTS_THERE}"),
    ("move <things>", "unknown rule <things>; [rules] of this file has off"),
    ("move (it", "a ( that nothing closes"),
    ("move it]", "a ] that nothing opens"),
    ("move ([it)]", "a [ that ) closes"),
    ("move ()", "an empty alternative"),
    ("[move]", "every word is optional"),
    ("move {the-item}", "cannot read '{the-item}'; a slot is written {name}, a rule <name>"),
    ("move it", "none of the examples below it is this sentence; add one"),
    ("mo", "none of the examples below it is this sentence; add one"),
]


def _error_of(file: Path, text: str | bytes) -> str:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SentenceFileError) as error:
        load_file(file, INTENTS, READS)
    place = f"{file.parent}/"
    assert str(error.value).startswith(place)
    return str(error.value).removeprefix(place)


@pytest.mark.parametrize(("template", "reason"), WRONG)
def test_a_wrong_sentence_is_named_with_its_line(tmp_path: Path, template: str, reason: str) -> None:
    group = f'[[help]]\nsay = [\n    "help",\n    "{template}",\n]\nexamples = ["help"]\n'
    error = _error_of(tmp_path / "en.toml", f'[rules]\noff = "off"\n[[help]]\nsay = ["mo"]\nexamples = ["mo"]\n{group}')
    assert error == f"en.toml:9: {reason}: {template}"


TOML_HINT = "is a comma or a quote missing, or does a key with other letters than a to z need quotes?"
HELP = '[[help]]\nsay = ["help"]\nexamples = ["help"]\n'
WRONG_FILES = [
    ('[[sing]]\nsay = ["sing"]\n', f"fr.toml:1: unknown intent; there are {', '.join(INTENTS)}: [[sing]]"),
    (
        f'{HELP}[[help]]\nsay = ["h"]\nexamples = ["h", "x"]',
        "fr.toml:6: an example of none of the sentences above it: x",
    ),
    (f'{HELP}[[thanks]]\nsay = "ta"\nexamples = ["ta"]', 'fr.toml:4: needs say = ["…"], a list of texts: [[thanks]]'),
    ('[[help]]\nsay = ["h"]', 'fr.toml:1: needs examples = ["…"], a list of texts: [[help]]'),
    ('[[help]]\nsay = [\n""]\nexamples = ["h"]', "fr.toml:3: an empty alternative: [[help]]"),
    (f'{HELP}[words]\nand = "(et|puis)"', 'fr.toml:5: is written as words with "|" between them: (et|puis)'),
    (f'{HELP}[words]\nadn = "et"', "fr.toml:5: unknown key; there are and, not, please: adn"),
    (f'{HELP}[dates]\nà = "at"', f"fr.toml:5: Invalid statement (at line 5, column 1); {TOML_HINT}"),
    (f'{HELP}[dates]\nle = "on"\ndemain = "banana"', "fr.toml:6: no word that English dates have: banana"),
    (f'{HELP}[dates]\ndemain = ""', "fr.toml:5: no word that English dates have: [dates]"),
    (f'{HELP}[date]\ndemain = "tomorrow"', "fr.toml:4: unknown intent; did you mean [dates]?: [date]"),
    ("# Français", "fr.toml:1: has no sentence"),
    ('[help]\nsay = ["h"]\nexamples = ["h"]', "fr.toml:1: its sentences stand below [[help]]: [help]"),
    ('[[rules]]\nle = "le"\n', "fr.toml:1: stands in the file once, as [rules]: [[rules]]"),
    ('# 1\nhelp = ["h"]', "fr.toml:2: its sentences stand below [[help]]: help"),
    ('[[help]]\nat = 1\nsay = ["h"]\nexamples = ["h"]', "fr.toml:1: at is not a text in quotes: [[help]]"),
    ("[rules]\nle = 1", "fr.toml:1: le is not a text in quotes: [rules]"),
    ('[rules]\nround = "<round>"', "fr.toml:2: the rule <round> within itself: <round>"),
    (f'[rules]\nle = "(le|la"\n{HELP}', "fr.toml:2: a ( that nothing closes: (le|la"),
    ('[[move]]\nsay = ["va {item}"]\nexamples = ["va 3"]', "fr.toml:2: move needs the slot {when}: va {item}"),
    ('[[clear]]\nsay = ["vide {item}"]\nexamples = ["vide 3"]', "fr.toml:2: clear needs the slot {field}: vide {item}"),
    (
        '[[tag]]\nsay = ["note {item}"]\nexamples = ["note 3"]',
        "fr.toml:2: tag needs the slot {tags} or {hashes}: note {item}",
    ),
    (
        f'{HELP}[[delete]]\nsay = ["vire {{item}} si {{rest}}"]\nexamples = ["vire 3 si Paul vient"]',
        "fr.toml:5: delete does not read {rest}, only item: vire {item} si {rest}",
    ),
    (
        '[[move]]\nfield = "date"\nsay = ["va {item} à {when}"]\nexamples = ["va 3 à 5"]',
        "fr.toml:3: move does not read {field}, only item, when: va {item} à {when}",
    ),
    (
        '[[prioritize]]\nsay = ["haut {item}"]\nexamples = ["haut 3"]\nlevel = "hihg"',
        f"fr.toml:4: is no level; there are {', '.join(PRIORITY_WORDS)}: hihg",
    ),
    (
        '[[clear]]\nfield = "recurence"\nsay = ["vide {item}"]\nexamples = ["vide 3"]',
        f"fr.toml:2: is no field; there are {SLOTS['field'].choices}: recurence",
    ),
    (
        f'{HELP}[dates]\nlundi = "monday"\n"mardi prochain" = "next tuesday"',
        "fr.toml:4: lacks tuesday, wednesday, thursday, friday, saturday, sunday; "
        "a file has all weekdays and months, or none: [dates]",
    ),
    ('# 1\n[[help]]\nsay = ["aidé"]'.encode("latin-1"), "fr.toml:3: not UTF-8; save the file with this encoding"),
    ('[[help]]\nsay = ["h]', f"fr.toml:2: Unterminated string (at end of document); {TOML_HINT}"),
]


@pytest.mark.parametrize(("text", "reason"), WRONG_FILES)
def test_what_a_file_lacks_is_named_with_its_line(tmp_path: Path, text: str | bytes, reason: str) -> None:
    assert _error_of(tmp_path / "fr.toml", text) == reason


def test_an_unknown_key_beside_a_sentence_is_refused(tmp_path: Path) -> None:
    error = _error_of(tmp_path / "fr.toml", '[[help]]\nsay = ["h"]\nexample = ["h"]')
    assert re.fullmatch(r"fr\.toml:3: unknown key; there are say, examples, .+: example", error)


def test_a_file_is_named_for_a_language_and_may_come_from_any_system(tmp_path: Path) -> None:
    assert _error_of(tmp_path / "French.toml", HELP).startswith("French.toml:1: a file is named for the code")
    file = tmp_path / "fr.toml"
    file.write_bytes(
        '\ufeff[[complete]]\r\nsay = ["ache\u0300ve l’{item}"]\r\nexamples = ["achève l\'eau"]\r\n'.encode()
    )
    [sentence] = load_file(file, INTENTS, READS)
    assert sentence.place == f"{file}:2"
    said = ("ACHÈVE L’EAU", "achève l'eau", "achève eau")
    assert [bool(sentence.said_by(words)) for words in said] == [True, True, False]


def _misread(sentence: Sentence, example: str) -> str | None:
    """Return what is wrong if an example is not read as a sentence of its file and intent means it."""
    file, command = sentence.place.rpartition(":")[0], read_command(example, CLOCK)
    alike = [
        one for one in sentence_reader.SENTENCES if one.intent == sentence.intent and one.place.startswith(f"{file}:")
    ]
    said = [(one, one.said_by(example.rstrip(" ?")) or one.said_by(example)) for one in (sentence, *alike)]
    meant = [made for one, match in said if match and (made := sentence_reader.meant(one, match, CLOCK))]
    if (command.kind, command.given) in [(one.kind, one.given) for one in meant]:
        return None
    expected = f"{meant[0].kind} {meant[0].given}" if meant else sentence.intent
    read = f"{command.kind} {command.given}{readers(example)}"
    return f"{sentence.place}: {example!r} is read as {read}, and not as {expected}"


def _texts(words: Words) -> list[str]:
    """Return what words of a template may be; nothing if they have a slot."""
    choices = [["".join(pieces) for pieces in product(*map(_texts_of, word))] for word in words]
    return [" ".join(filter(None, said)) for said in product(*choices)]


def _texts_of(piece: Piece) -> list[str]:
    if isinstance(piece, Group):
        return [text for words in piece.alternatives for text in _texts(words)] + [""] * piece.optional
    return [piece.text] if isinstance(piece, Text) else []


def _said_with(sentence: Sentence) -> list[str]:
    """Return the examples of a sentence, the first one with each alternative of its first word too."""
    rules = tomllib.loads(Path(sentence.place.rpartition(":")[0]).read_text()).get("rules", {})
    firsts, example = _texts(parse(sentence.template, rules)[:1]), sentence.examples[0]
    here = max((first for first in firsts if example.lower().startswith(f"{first} ".lower())), key=len, default="")
    return [*sentence.examples, *(first + example[len(here) :] for first in firsts if here and first)]


def _taken_over(sentence: Sentence, said: str, without: Command) -> str | None:
    """Return what is wrong if the command without the sentence is an order of another kind about the same task."""
    read = read_command(said, CLOCK)
    of_task = ("update", "tag", "untag")
    is_same = read.kind == without.kind or (read.kind in of_task and without.kind in of_task)
    is_about_same = read.kind == "add" or read.target == without.target
    if is_same or not (read.is_change and without.is_order and is_about_same):
        return None
    return (
        f"{sentence.place}: {said!r} is read as {read.kind} with {sentence.template!r}, and as {without.kind} without"
    )


def _wrong_in_sentences(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    wrong: list[str | None] = []
    sentences = sentence_reader.SENTENCES
    for sentence in sentences:
        said = _said_with(sentence)
        with monkeypatch.context() as patch:
            patch.setattr(sentence_reader, "SENTENCES", [one for one in sentences if one is not sentence])
            without = [read_command(text, CLOCK) for text in said]
        wrong += [_misread(sentence, text) for text in said]
        wrong += map(_taken_over, repeat(sentence), said, without)
    return [*filter(None, wrong)]


def test_each_example_is_read_with_each_first_word(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(SENTENCES) > 100
    wrong = _wrong_in_sentences(monkeypatch)
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize(
    ("intent", "template", "example", "others"),
    [
        ("delete", "finish {item}", "finish 3", "delete with 'finish {item}', and as done without"),
        ("delete", "(zap|mark) {item} as [a] (high|low)", "zap 3 as high", "'mark 3 as high' is read as delete"),
        ("add", "finish {title}", "finish 3", "add with 'finish {title}', and as done without"),
    ],
)
def test_a_sentence_that_takes_over_another_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, intent: str, template: str, example: str, others: str
) -> None:
    (tmp_path / "en.toml").write_text(f'[[{intent}]]\nsay = ["{template}"]\nexamples = ["{example}"]\n')
    monkeypatch.setattr(sentence_reader, "SENTENCES", [*load(INTENTS, READS, tmp_path), *SENTENCES])
    assert others in "\n".join(_wrong_in_sentences(monkeypatch))


FRENCH = """
[words]
and = "et|puis"
not = "ne|n'|pas|jamais|peut-être"
please = "s’il te plaît"

[[agree]]
say = ["(oui|d'accord)"]
examples = ["oui", "d'accord"]

[[undo]]
say = ["annule [ça]"]
examples = ["annule"]

[[add]]
say = ["ajoute {title} [à ma liste]", "n'oublie pas de {title}"]
examples = ["ajoute du pain", "ajoute du pain à ma liste", "n'oublie pas de manger"]

[[complete]]
say = ["(termine|coche) {item}"]
examples = ["termine 3"]

[[reopen]]
say = ["rouvre {item}"]
examples = ["rouvre 3"]

[[delete]]
say = ["supprime {item} [de ma liste]"]
examples = ["supprime 3"]

[[move]]
say = ["déplace {item} au {when}"]
examples = ["déplace 3 au 2031-05-06"]

[[rename]]
say = ["renomme {item} en {title}"]
examples = ["renomme 3 en Baguette"]

[[list]]
say = ["montre (ma liste|mes tâches)", "quoi de prévu {rest}"]
examples = ["montre ma liste", "quoi de prévu demain ?"]

[dates]
demain = "tomorrow"
"aujourd'hui" = "today"
mardi = "tuesday"
mercredi = "wednesday"
jeudi = "thursday"
vendredi = "friday"
samedi = "saturday"
dimanche = "sunday"
le = "on"
"pour le" = "for"
janvier = "january"
"février" = "february"
mars = "march"
avril = "april"
mai = "may"
juin = "june"
juillet = "july"
"août" = "august"
septembre = "september"
octobre = "october"
novembre = "november"
"Décembre" = "december"
"à" = "at"
midi = "noon"
matin = "morning"
chaque = "every"
jours = "days"
"tous les" = "every"
"tous les jours" = "every day"
"la semaine prochaine" = "next week"
lundi = "monday"
lundis = "monday"
"""


def test_a_language_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in FOLDER.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "fr.toml").write_text(FRENCH)
    monkeypatch.setattr(sentence_reader, "SENTENCES", load(INTENTS, READS, tmp_path))
    for said, calls in (
        ("Ajoute du pain à ma liste", "add Du pain"),
        ("coche le pain", "list [search le pain] [status open] + done 2"),
        ("rouvre 3", "reopen 3"),
        ("supprime 1 de ma liste", "delete 1"),
        ("déplace 2 au 2031-05-06", "change 2 [due 2031-05-06]"),
        ("renomme 2 en baguette", "change 2 [title Baguette]"),
        ("montre mes tâches", "list"),
        ("Ajoute du pain vendredi à 14h30", "add Du pain [due 2026-11-20T14:30]"),
        ("ajoute payer le loyer le 3 décembre", "add Payer le loyer [due 2026-12-03]"),
        ("déplace 2 au vendredi", "change 2 [due friday]"),
        ("quoi de prévu aujourd’hui ?", "list [due_before 2026-11-18]"),
        ("quoi de prévu chez Paul", "nothing"),
        ("renomme 2 en réunion à midi", "change 2 [title Réunion à midi]"),
        ("ajoute réunion à midi", "add Réunion [due 2026-11-18T12:00]"),
        ("ajoute réunion La semaine prochaine", "add Réunion [due 2026-11-23]"),
        ("ajoute trier chaque lundi", "add Trier [repeat FREQ=WEEKLY;BYDAY=MO]"),
        ("ajoute trier tous les lundis à 18h", "add Trier [due 2026-11-23T18:00] [repeat FREQ=WEEKLY;BYDAY=MO]"),
        ("ajoute trier tous les jours", "add Trier [repeat FREQ=DAILY]"),
        ("ajoute payer pour le 5 décembre", "add Payer [due 2026-12-05]"),
        # Words of dates that are no date at the end are asked about.
        ("ajoute visite le matin", "nothing"),
        ("ajoute visite le 15 à 9h", "nothing"),
        ("ajoute trier dix jours", "nothing"),
        # Not at the end, so it is not read, and asked about.
        ("ajoute demain acheter du pain", "nothing"),
        ("ajoute le pain", "add Le pain"),
        ("ne termine pas 2", "nothing"),
        ("termine pas 2", "nothing"),
        ("termine peut-être 2", "nothing"),
        ("n’oublie pas de manger", "add Manger"),
        ("n'oublie pas de ne pas manger", "nothing"),
        ("s’il te plaît, coche 1", "done 1"),
        ("ajoute du pain demain, s'il te plaît !", "add Du pain [due 2026-11-19]"),
        ("s'il pleut, supprime 2", "nothing"),
        ("coche 1 et supprime 2", "done 1 + delete 2"),
        ("coche 1 et 2", "done 1,2"),
        ("ajoute du pain et du beurre", "add Du pain et du beurre"),
    ):
        conversation = Conversation(["Le lait", "Le pain", "La lettre"])
        conversation.list.tasks[3]["done"] = True
        conversation.say(said)
        assert text_of_calls([call for call in conversation.list.calls if not compares(call)]) == calls, said
    # "Du" is German too.
    assert Conversation([]).say("ajoute du pain") == "Added #1 Du pain."
    assert (
        Conversation(["Le pain", "Le lait"]).say("coche 1 et delete 2")
        == "Completed #1 Le pain.\n\nDeleted #2 Le lait."
    )
    assert is_yes("Oui !")
    assert not is_yes("oui, mais pas 3")
    assert parse_undo_command("annule ça") == "undo"
    conversation.say("ajoute demain acheter du pain")
    assert conversation.say("oui") == "Added #5 Demain acheter du pain."
    assert text_of_calls(conversation.list.calls) == "add Demain acheter du pain"


def test_sentences_may_read_examples_of_another_intent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second sentence leaves less to its slot than the first one, whose example it reads."""
    groups = [("ajoute [du|de la] {title}", "ajoute de l'eau"), ("ajoute (l'|de l'){title}", "ajoute l'eau")]
    for groups_of_intent in (groups, groups[::-1]):
        text = [f'[[add]]\nsay = ["{say}"]\nexamples = ["{example}"]\n' for say, example in groups_of_intent]
        (tmp_path / "fr.toml").write_text("".join(text))
        monkeypatch.setattr(sentence_reader, "SENTENCES", [*load(INTENTS, READS, tmp_path), *SENTENCES])
        assert _wrong_in_sentences(monkeypatch) == []


def test_the_field_that_is_cleared_may_have_its_name_or_what_people_call_it(tmp_path: Path) -> None:
    for field in ("recurrence", "due_date", "tags", "Due date", "wiederholung"):
        (tmp_path / "fr.toml").write_text(
            f'[[clear]]\nfield = "{field}"\nsay = ["vide {{item}}"]\nexamples = ["vide 3"]'
        )
        assert len(load(INTENTS, READS, tmp_path)) == 1


def test_the_command_says_a_conversation_with_undo_and_the_sentence_that_read_it() -> None:
    place = next(
        one.place.rpartition("/")[2] for one in SENTENCES if one.template == "rename {item} (to|as|into) {title}"
    )
    said = dialogue(["rename 1 to Bread", "undo that", "redo", "undo", "undo", "finish 2"], ["Le pain", "Le lait"])
    assert said == (
        f"> rename 1 to Bread\nchange 1 [title Bread] (read by {place})\nChanged #1 Bread.\n\n"
        "> undo that\nundo\nThe list is as before.\n\n> redo\nredo\nThe list is as before.\n\n"
        "> undo\nundo\nThe list is as before.\n\n"
        "> undo\nundo\nThere is nothing to undo in this conversation.\n\n"
        "> finish 2\ndone 2\nCompleted #2 Le lait.\n"
    )


def test_a_sentence_of_a_file_is_read_before_a_rule_in_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "nimm 3 wieder auf"
    assert read_command(said, CLOCK).kind == "add"
    (tmp_path / "de.toml").write_text(f'[[reopen]]\nsay = ["nimm {{item}} wieder auf"]\nexamples = ["{said}"]\n')
    monkeypatch.setattr(sentence_reader, "SENTENCES", load(INTENTS, READS, tmp_path))
    assert read_command(said, CLOCK).kind == "reopen"


def test_the_examples_of_the_documentation_are_sentences(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", (FOLDER / "README.md").read_text(), re.DOTALL)
    (tmp_path / "en.toml").write_text("\n".join(examples))
    assert [one.intent for one in load(INTENTS, READS, tmp_path)] == ["delete"]
    assert {"add", "complete", "delete", "move"} <= {*INTENTS}


def test_rules_read_no_slot_that_is_nowhere() -> None:
    """`SlotMatch` answers "" for a slot without words, and so for one of a wrong name."""
    grammar = Path(commands.__file__).parent
    patterns = "".join(file.read_text() for file in grammar.rglob("*.py"))
    rules = "".join(file.read_text() for file in (grammar / "sentences/intents.py", *(grammar / "rules").rglob("*.py")))
    there = {name for one in SENTENCES for name in (*one.pattern.groupindex, *one.known)}
    read = set(re.findall(r"""\b(?:match|said)\[["'](\w+)["']\]""", rules))
    assert len(read) > 30
    assert read - there - set(re.findall(r"\?P<(\w+)>", patterns)) == set()
