"""Words the offline assistant's answers in the user's language."""

from importlib import import_module
from types import ModuleType
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, Language
from taskchat_app.assistant.i18n.translation import ENGLISH, translate_moment_to, translate_to
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS
from taskchat_app.domain.dates.recurrence_text import format_rule
from taskchat_app.i18n.catalogue import render

_SAID = {"greeting": "GREETING", "thanks": "THANKS", "help": "HELP", "refusal": "REFUSAL", "reference": "REFERENCE"}
_LOOKED_IN = {"done": "open", "reopen": "done"}
"""Where a command looks for the task that it names."""
_NAMES_SHOWN = 10


def sentences_of(language: Language) -> ModuleType:
    """The sentences of the language."""
    ending = "" if language == ENGLISH else f"_{language}"
    return import_module(f"taskchat_app.assistant.offline.words{ending}")


def answer_without_tools(command: Command) -> str:
    """What needs no tool: small talk, and what was not understood."""
    said = sentences_of(command.language)
    if command.kind in _SAID:
        return getattr(said, _SAID[command.kind])
    if command.kind == "bad_date":
        return said.BAD_DATE.format(date=command.given["date"].strip())
    if command.kind == "too_long":
        return said.TOO_LONG.format(count=COMMAND_MAX_CHARACTERS, gemini=said.GEMINI)
    hint = ""
    if len(command.text) <= 60 and "\n" not in command.text:
        hint = said.ADD_HINT.format(text=command.text.rstrip(".!? "))
    return said.UNKNOWN.format(text=_short(command.text), hint=hint, gemini=said.GEMINI)


def messages(results: list[dict[str, Any]], language: Language) -> str:
    """What the tools reported, each thing once, and that a proposal waits for the person."""
    done = [result for result in results if result.get("status") != "proposed"]
    said = list(dict.fromkeys(_told(result, language) for result in done))
    proposed: dict[int, str] = {
        number: title
        for result in results
        if result.get("status") == "proposed"
        for number, title in zip(result.get("numbers") or (), result.get("titles") or (), strict=False)
    }
    if proposed:
        said.append(sentences_of(language).PROPOSED.format(names=_names(proposed, language)))
    return " ".join(part for part in said if part)


def _told(result: dict[str, Any], language: Language) -> str:
    """A tool's message; in another language put together from what it is about, so that titles stay as they are."""
    message = str(result.get("message", "")).strip()
    task: dict[str, Any] = result.get("task") or {}
    names = _named(result)
    verb, found, rest = message.partition(f" {names}")
    said = sentences_of(language)
    if language == ENGLISH or not names or not found or verb not in said.DID:
        return translate_to(language, message)
    told = said.DID[verb].format(task=names)
    for form, name, english, theirs in (
        ("DID_DUE", "due", task.get("due_in_words"), translate_moment_to(language, task.get("due_in_words") or "")),
        ("DID_REPEATS", "rule", *_rules(task.get("recurrence"), language)),
    ):
        shorter = rest.removeprefix(getattr(sentences_of(ENGLISH), form).format(**{name: english}))
        if shorter != rest:
            told, rest = told + getattr(said, form).format(**{name: theirs}), shorter
    for fact in result.get("facts") or ():
        told, rest = f"{told}, {translate_to(language, fact)}", rest.removeprefix(f", {fact}")
    more = rest.removeprefix(".").strip()
    told = f"{told.removesuffix('.')}."  # "jeden Monat am 1." ends with one
    return f"{told} {translate_to(language, more)}" if more else told


def _named(result: dict[str, Any]) -> str:
    """The tasks that a result is about, as its message names them."""
    if task := result.get("task"):
        return f"#{task['number']} {task['title']}"
    titles = zip(result.get("numbers") or (), result.get("titles") or (), strict=False)
    return ", ".join(f"#{number} {title}" for number, title in titles)


def _rules(rule: str | None, language: Language) -> tuple[str, str]:
    return (str(format_rule(rule)), render(format_rule(rule), language)) if rule else ("", "")


def _names(titles: dict[int, str], language: Language) -> str:
    names = [f"#{number} {title}" for number, title in titles.items()]
    if len(names) > _NAMES_SHOWN:
        names[_NAMES_SHOWN:] = [sentences_of(language).MORE_NAMES.format(count=len(names) - _NAMES_SHOWN)]
    return ", ".join(names)


def listing(result: dict[str, Any], language: Language) -> str:
    """The tool's sentence and a line for each task."""
    message = translate_to(language, str(result.get("message", "")).strip())
    lines = [task_line(task, language) for task in result.get("tasks") or ()]
    if result.get("more"):
        lines.append(f"- {sentences_of(language).AND_MORE}")
    return "\n\n".join(part for part in (message, "\n".join(lines)) if part)


def task_line(task: dict[str, Any], language: Language) -> str:
    """ "- #3 Buy milk (due Friday 20 November 2026, high priority, #home)" """
    return f"- {task_words(task, language)}"


def task_words(task: dict[str, Any], language: Language = "en") -> str:
    """ "#3 Buy milk (due Friday 20 November 2026, high priority, #home)" """
    said = sentences_of(language)
    facts: list[str] = []
    if task.get("done"):
        facts.append(said.DONE)
    if task.get("due_in_words"):
        form = said.OVERDUE if task.get("overdue") else said.DUE
        facts.append(form.format(due=translate_moment_to(language, task["due_in_words"])))
    if task.get("priority") in said.PRIORITIES:
        facts.append(said.PRIORITIES[task["priority"]])
    facts += [f"#{tag}" for tag in task.get("tags") or ()]
    return f"#{task['number']} {task['title']}" + (f" ({', '.join(facts)})" if facts else "")


def ask_which(matches: list[dict[str, Any]], command: Command, words: str) -> str:
    """Several fit: show them and change nothing."""
    lines = "\n".join(task_line(task, command.language) for task in matches)
    return f"{sentences_of(command.language).WHICH.format(words=_short(words))}\n\n{lines}"


def no_match(words: str, command: Command) -> str:
    """Nothing fits, where the command looks."""
    looked_in = _LOOKED_IN.get(command.kind, "all")
    return sentences_of(command.language).NO_MATCH[looked_in].format(words=_short(words))


def no_number(numbers: list[int], command: Command) -> str:
    """There are no such tasks."""
    return sentences_of(command.language).NO_NUMBER.format(numbers=", ".join(f"#{number}" for number in numbers))


def no_reference(command: Command) -> str:
    """ "it" or "the second one" with nothing that it could mean."""
    return sentences_of(command.language).NO_REFERENCE


def none_there(command: Command) -> str:
    """All open, done or overdue tasks were meant, and there are none."""
    said = sentences_of(command.language)
    if command.kind == "reopen":
        return said.NONE_DONE
    return said.NONE_OVERDUE if command.target.pronoun == "overdue" else said.NONE_OPEN


def too_many(most: int, command: Command) -> str:
    """More tasks than one sentence can change."""
    return sentences_of(command.language).TOO_MANY.format(most=most)


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:117]}…"
