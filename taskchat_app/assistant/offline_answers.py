"""The offline assistant's sentences: what tools reported, and what it says of its own."""

from typing import Any

from taskchat_app.assistant.offline_commands import Command, Language

_GEMINI = {
    "en": "I am the offline assistant and follow simple commands only; setting GEMINI_API_KEY switches Gemini on.",
    "de": "Ich bin der Offline-Assistent und verstehe nur einfache Befehle; mit GEMINI_API_KEY antwortet Gemini.",
}
_HELP = {
    "en": """I keep your task list. You can write, for example:

- add buy milk tomorrow !high #home
- remind me to water the plants every monday at 9, remind me an hour before 3
- what's due this week, show done tasks, find dentist
- mark buy milk as done, tick off 3 and 4, reopen 3
- move the dentist to friday, rename 3 to Call mum, set the priority of 3 to high, tag 3 as home
- delete 3, remove the milk task, delete all done tasks

""",
    "de": """Ich führe deine Aufgabenliste. Du kannst zum Beispiel schreiben:

- erinnere mich morgen um 9 an den Zahnarzt, erinnere mich eine Stunde vor 3
- was ist heute fällig, zeige alle Aufgaben
- hake 3 ab, markiere Milch als erledigt
- verschiebe 3 auf Freitag
- lösche 3

""",
}
_SAID: dict[str, dict[Language, str]] = {
    "greeting": {
        "en": "Hello. Tell me what to add, show, tick off, move or delete; “help” shows examples.",
        "de": "Hallo. Was soll ich aufnehmen, zeigen, abhaken, verschieben oder löschen? „Hilfe“ zeigt Beispiele.",
    },
    "thanks": {"en": "You are welcome.", "de": "Gern geschehen."},
    "help": {language: _HELP[language] + _GEMINI[language] for language in ("en", "de")},
}
_PROPOSED = {
    "en": "This would delete {names}. Nothing is deleted until you confirm it.",
    "de": "Das würde {names} löschen. Gelöscht wird erst, wenn du es bestätigst.",
}
_NAMES_SHOWN = 10


def say(command: Command) -> str:
    """What needs no tool: small talk, and what was not understood."""
    if command.kind in _SAID:
        return _SAID[command.kind][command.language]
    if command.kind == "bad_date":
        date = command.given["date"].strip()
        return (
            f"I did not understand the date “{date}”, so nothing was changed. "
            "Write it as 2026-11-21, or in words such as “friday” or “tomorrow 9am”."
        )
    if command.kind == "reference":
        return "Say what to do with it, for example “mark 3 as done” or “delete 3”."
    hint = ""
    if len(command.text) <= 60 and "\n" not in command.text:
        hint = f" To add it as a task, write “add {command.text.rstrip('.!? ')}”."
    heard = f"I did not understand “{_short(command.text)}”, so nothing was changed."
    return f"{heard}{hint} {_GEMINI['en']} “help” shows examples."


def messages(results: list[dict[str, Any]], language: Language = "en") -> str:
    """What the tools reported, each thing once, and that a proposal waits for the person."""
    done = [result for result in results if result.get("status") != "proposed"]
    said = list(dict.fromkeys(str(result.get("message", "")).strip() for result in done))
    proposed: dict[int, str] = {
        number: title
        for result in results
        if result.get("status") == "proposed"
        for number, title in zip(result.get("numbers") or (), result.get("titles") or (), strict=False)
    }
    if proposed:
        said.append(_PROPOSED[language].format(names=_names(proposed, language)))
    return " ".join(part for part in said if part)


def _names(titles: dict[int, str], language: Language) -> str:
    names = [f"#{number} {title}" for number, title in titles.items()]
    if len(names) > _NAMES_SHOWN:
        left = len(names) - _NAMES_SHOWN
        names[_NAMES_SHOWN:] = [f"{left} more" if language == "en" else f"{left} weitere"]
    return ", ".join(names)


def listing(result: dict[str, Any], language: Language) -> str:
    """The tool's sentence and a line for each task."""
    message = str(result.get("message", "")).strip()
    lines = [task_line(task) for task in result.get("tasks") or ()]
    if result.get("more"):
        lines.append("- … and more" if language == "en" else "- … und weitere")
    return "\n\n".join(part for part in (message, "\n".join(lines)) if part)


def task_line(task: dict[str, Any]) -> str:
    """ "- #3 Buy milk (due Friday 20 November 2026, high, #home)" """
    return f"- {task_words(task)}"


def task_words(task: dict[str, Any]) -> str:
    """ "#3 Buy milk (due Friday 20 November 2026, high, #home)" """
    facts: list[str] = []
    if task.get("done"):
        facts.append("done")
    if task.get("due_in_words"):
        facts.append(f"{'overdue since' if task.get('overdue') else 'due'} {task['due_in_words']}")
    if task.get("priority") in ("high", "low"):
        facts.append(f"{task['priority']} priority")
    facts += [f"#{tag}" for tag in task.get("tags") or ()]
    return f"#{task['number']} {task['title']}" + (f" ({', '.join(facts)})" if facts else "")


def which(matches: list[dict[str, Any]], command: Command, words: str) -> str:
    """Several fit: show them and change nothing."""
    lines = "\n".join(task_line(task) for task in matches)
    if command.language == "de":
        return f"Mehrere Aufgaben passen zu „{_short(words)}“. Welche meinst du? Nichts wurde geändert.\n\n{lines}"
    return f"Several tasks fit “{_short(words)}”. Which one do you mean? Nothing was changed.\n\n{lines}"


def no_match(words: str, command: Command) -> str:
    if command.language == "de":
        return f"Ich finde keine passende Aufgabe zu „{_short(words)}“. Nichts wurde geändert."
    status = {"done": "open ", "reopen": "done "}.get(command.kind, "")
    return f"I found no {status}task that fits “{_short(words)}”, so nothing was changed."


def no_number(numbers: list[int], command: Command) -> str:
    named = ", ".join(f"#{number}" for number in numbers)
    if command.language == "de":
        return f"Ich finde {named} nicht. Nichts wurde geändert."
    return f"I found no task {named}, so nothing was changed."


def no_reference(command: Command) -> str:
    """ "it" or "the second one" with nothing that it could mean."""
    if command.language == "de":
        return "Ich weiß nicht, welche Aufgabe du meinst. Nenne ihre Nummer, zum Beispiel „lösche 3“."
    return "I cannot tell which task you mean. Name it by its number, such as #3, or by its title. Nothing was changed."


def too_many(most: int, command: Command) -> str:
    """More tasks than one sentence can change."""
    if command.language == "de":
        return f"Das sind mehr als {most} Aufgaben auf einmal. Wähle weniger aus. Nichts wurde geändert."
    return f"That is more than {most} tasks at once. Select fewer. Nothing was changed."


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:117]}…"
