"""Sentence templates are compiled and checked, and each example of the sentence files is read as its intent."""

import re
from pathlib import Path

import pytest

from taskchat_app.assistant.grammar import commands, parser
from taskchat_app.assistant.grammar.intents import INTENTS
from taskchat_app.assistant.grammar.parser import SENTENCES, read_command
from taskchat_app.assistant.grammar.sentences.sentence_files import (
    FOLDER,
    Sentence,
    SentenceFileError,
    load,
    load_file,
)
from taskchat_app.assistant.grammar.sentences.templates import compile_template
from tests.assistant.offline.notation import text_of_calls
from tests.assistant.offline.task_list import CLOCK, Conversation

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


WRONG = [
    ("{item} to {when} for {title}", "more than 2 free slots: item, when, title"),
    ("move {item} {when}", "two free slots without a word between them"),
    ("move {item} [to] {when}", "two free slots without a word between them"),
    ("move {item} to {item}", "the free slot {item} twice"),
    ("move {thing}", "unknown slot {thing}"),
    ("move <things>", "unknown rule <things>"),
    ("move <round>", "the rule <round> within itself"),
    ("move (it", "a ( that nothing closes"),
    ("move it]", "a ] that nothing opens"),
    ("move ()", "an empty alternative"),
    ("[move]", "every word is optional"),
    ("move {item", "cannot read '{item'"),
    ("move it", "no example beside it is this sentence"),
]


@pytest.mark.parametrize(("template", "reason"), WRONG)
def test_a_wrong_sentence_is_named_with_its_line(tmp_path: Path, template: str, reason: str) -> None:
    file = tmp_path / "en.toml"
    file.write_text(
        f'[rules]\nround = "<round>"\n[[help]]\nsay = [\n    "help",\n    "{template}",\n]\nexamples = ["help"]\n'
    )
    with pytest.raises(SentenceFileError) as error:
        load_file(file, INTENTS)
    assert str(error.value) == f"en.toml:6: {reason}: {template}"


def test_an_unknown_intent_and_an_example_of_no_sentence_are_named_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "en.toml"
    for text, reason in (
        ('[[sing]]\nsay = ["sing"]\n', "en.toml:1: unknown intent: sing"),
        ('[[help]]\nsay = ["help"]\nexamples = ["help", "sing"]\n', "en.toml:3: an example of no sentence beside it"),
    ):
        file.write_text(text)
        with pytest.raises(SentenceFileError) as error:
            load_file(file, INTENTS)
        assert reason in str(error.value)


EXAMPLES = [(one, example) for one in SENTENCES for example in one.examples]


def _is_read(sentence: Sentence, example: str) -> bool:
    said, command = sentence.said_by(example), read_command(example, CLOCK)
    meant = INTENTS[sentence.intent](said, CLOCK, sentence.language) if said else None
    return meant is not None and (command.kind, command.given) == (meant.kind, meant.given)


def test_each_example_is_read_as_its_intent() -> None:
    wrong = [
        (f"{sentence.language}: {sentence.intent}", example)
        for sentence, example in EXAMPLES
        if not _is_read(sentence, example)
    ]
    assert len(EXAMPLES) > 100
    assert wrong == []


FRENCH = """
[[add]]
say = ["ajoute {title} [à ma liste]"]
examples = ["ajoute du pain", "ajoute du pain à ma liste"]

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
say = ["montre (ma liste|mes tâches)"]
examples = ["montre ma liste"]

[[no_order]]
say = ["échange {number} (et|avec) {number}"]
examples = ["échange 3 et 4"]
"""


def test_a_language_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in FOLDER.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "fr.toml").write_text(FRENCH)
    monkeypatch.setattr(parser, "SENTENCES", load(INTENTS, tmp_path))
    for said, calls in (
        ("Ajoute du pain à ma liste", "add Du pain"),
        ("coche le pain", "list [search le pain] [status open] + done 2"),
        ("rouvre 3", "reopen 3"),
        ("supprime 1 de ma liste", "delete 1"),
        ("déplace 2 au 2031-05-06", "change 2 [due 2031-05-06]"),
        ("renomme 2 en baguette", "change 2 [title Baguette]"),
        ("montre mes tâches", "list"),
        ("échange 1 avec 2", "nothing"),
        ("ne termine pas 2", "nothing"),
        ("s'il pleut, supprime 2", "nothing"),
    ):
        conversation = Conversation(["Le lait", "Le pain", "La lettre"])
        conversation.list.tasks[3]["done"] = True
        conversation.say(said)
        assert text_of_calls(conversation.list.calls) == calls, said


def test_the_examples_of_the_documentation_are_sentences(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", (FOLDER / "README.md").read_text(), re.DOTALL)
    (tmp_path / "en.toml").write_text(example)
    assert [one.intent for one in load(INTENTS, tmp_path)] == ["delete"]
    assert {"add", "complete", "delete", "move"} <= {*INTENTS}


def test_rules_read_no_slot_that_is_nowhere() -> None:
    """`Said` answers "" for a slot without words, and so for one of a wrong name."""
    grammar = Path(commands.__file__).parent
    patterns = "".join(file.read_text() for file in grammar.rglob("*.py"))
    rules = "".join(file.read_text() for file in (grammar / "rules").rglob("*.py"))
    there = {name for one in SENTENCES for name in (*one.pattern.groupindex, *one.known)}
    read = set(re.findall(r"""\b(?:match|said)\[["'](\w+)["']\]""", rules))
    assert len(read) > 30
    assert read - there - set(re.findall(r"\?P<(\w+)>", patterns)) == set()
