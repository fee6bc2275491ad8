"""The page's sentences are translated, in handlers and in the browser, and components have none of their own."""

import ast
import re
import string
from pathlib import Path

import pytest
from reflex_base.vars.base import LiteralVar

from taskchat_app.domain.accounts.profile_fields import check_preferences
from taskchat_app.i18n.catalogue import LANGUAGES, read_catalogue
from taskchat_app.i18n.messages import ENGLISH
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.browser_messages import browser_catalogue, browser_words, messages_in
from taskchat_app.ui.i18n.language import current_language, say
from taskchat_app.ui.shell.event_errors import report

UI = Path(words.__file__).parents[1]
ASSETS = UI.parents[1] / "assets/page"
OTHERS = sorted(set(LANGUAGES) - {ENGLISH})
SHOWN = {"aria_label", "aria_description", "placeholder", "title", "alt", "label", "text", "name", "heading"}
"""What a component calls the things that people read."""
NOT_SHOWN = re.compile(r"[a-z0-9 _:/#.?={}()\[\]-]*|[^A-Za-z“”„]*")
"""Names of classes, icons and fields, addresses, and what has no letter: no sentence, as ours begin with a capital.

Quotation marks are no part of these: each language has its own.
"""


MESSAGES = [message for name, value in vars(words).items() if name.isupper() for message in messages_in(value)]


def placeholders(sentence: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field}


def test_the_page_speaks_the_languages_that_a_person_can_choose():
    assert {"en", "de"} <= set(LANGUAGES)
    for code in LANGUAGES:
        check_preferences({"language": code})


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_page_is_translated_with_the_same_placeholders(language: str):
    translated = {(message.context or None, message.id): message.string for message in read_catalogue(language)}
    theirs = {message: translated.get((message.context or None, message.id)) for message in MESSAGES}
    assert [message for message, sentence in theirs.items() if not sentence] == []
    assert [message for message, text in theirs.items() if placeholders(message.id) != placeholders(str(text))] == []


def test_handlers_answer_in_the_language_of_the_reader(german: None):
    said = (say(words.SEND), say(words.PRIORITIES["high"]), say(words.NEAR_DAYS[0]))
    assert said == ("Senden", "Hoch", "Heute")
    assert say(words.COMPLETED, number=7, title="Milch") == "#7 Milch erledigt"
    current_language.set(ENGLISH)
    assert say(words.SEND) == "Send"


def test_a_component_leaves_its_sentences_with_their_values_filled_in_to_the_browser():
    var = LiteralVar.create({"message": words.SUGGESTIONS[1]})
    assert str(var) == '({ ["message"] : gettext("What is due this week?") })'
    data = var._get_all_var_data()
    assert data is not None
    assert data.hooks == ("const gettext = useGettext()",)
    assert '"What is due this week?": "Was ist diese Woche fällig?"' in browser_catalogue()
    assert str(LiteralVar.create(words.OPEN_TASK)) == r'gettext("task\u0004Open")'
    assert '"task\\u0004Open": "Öffnen"' in browser_catalogue()
    assert str(LiteralVar.create(words.PASSWORD_HINT)) == 'gettext("At least 8 characters")'
    assert '"At least 8 characters": "Mindestens 8 Zeichen"' in browser_catalogue()


def test_a_script_gets_the_page_s_sentences_by_their_names():
    script = browser_words()
    assert 'export const SEND = "Send";\n' in script
    assert 'export const PASSWORD_HINT = "At least 8 characters";\n' in script
    assert 'export const OPEN_TASK = "task\u0004Open";\n' in script.replace("\\u0004", "\u0004")
    assert 'export const PRIORITIES = {"low": "Low", "medium": "Medium", "high": "High"};\n' in script
    assert "RESTORABLE_FOR" not in script


def test_the_page_s_scripts_use_names_of_the_page_s_sentences():
    named = set(re.findall(r"export const (\w+) =", browser_words()))
    used = set[str]()
    for path in ASSETS.rglob("*.js"):
        script = path.read_text()
        if "$/utils/words" in script:
            used |= set(re.findall(r"\bwords\.([A-Z][A-Z_0-9]*)", script))
            imported = re.findall(r'import {([^}]*)} from "\$/utils/words"', script)
            used |= {name.split()[0] for names in imported for name in names.split(",")}
        assert not re.search(r"""(?:gettext|useGettext\(\))\(["'`]""", script), (
            f"{path.name}: name it in ui/i18n/words.py"
        )
    assert used
    assert used <= named


def own_sentences(source: str) -> list[str]:
    """The string constants that a component gives to what people read: children, names and hints."""
    found: list[str] = []
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call):
            given = [*call.args] if _is_component(call.func) else []
            given += [keyword.value for keyword in call.keywords if keyword.arg in SHOWN]
            given += [
                value
                for keyword in call.keywords
                if keyword.arg == "custom_attrs" and isinstance(keyword.value, ast.Dict)
                for key, value in zip(keyword.value.keys, keyword.value.values, strict=True)
                if isinstance(key, ast.Constant) and str(key.value).replace("-", "_") in SHOWN
            ]
            found += [text for node in given for text in _texts(node) if not NOT_SHOWN.fullmatch(text)]
    return found


def _is_component(function: ast.expr) -> bool:
    """rx.el.p(…), rx.link(…), rx.fragment(…)."""
    root = function
    while isinstance(root, ast.Attribute):
        root = root.value
    named = isinstance(function, ast.Attribute) and function.attr != "Var"
    return named and isinstance(root, ast.Name) and root.id == "rx"


def _texts(node: ast.expr) -> list[str]:
    """The constants in an expression that is no call of its own, as in a conditional."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return [part.value for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    return []


def test_an_error_before_sign_in_is_shown_as_a_sentence_of_the_page():
    shown = report(RuntimeError("the database is away"))
    assert shown is not None
    [(_, sentence)] = shown.args
    assert str(sentence) == f'"{words.BROKEN}"'


@pytest.mark.parametrize("module", sorted(UI.rglob("*.py")), ids=lambda path: path.stem)
def test_no_component_has_a_sentence_of_its_own(module: Path):
    if not module.stem.startswith("words"):
        assert own_sentences(module.read_text()) == [], "give it a name in ui/i18n/words.py"


def test_sentences_of_a_component_are_noticed():
    expected = {
        'rx.el.p("Nothing here")': ["Nothing here"],
        'rx.el.button(rx.icon("x"), aria_label="Close")': ["Close"],
        'Log.create(custom_attrs={"aria-label": "Conversation", "role": "log"})': ["Conversation"],
        'rx.cond(is_empty, "Nothing", words.SOME)': ["Nothing"],
        'rx.el.a("“", rx.el.bdi(title))': ["“"],
        'rx.el.p(words.TASKS, class_name="Big one")': [],
        'rx.el.span("#", row.number)': [],
    }
    assert {source: own_sentences(source) for source in expected} == expected
