"""Reads that an existing task becomes a step: "make 5 a step of 3", "mach 5 zu einem Schritt von 3"."""

from taskchat_app.assistant.grammar.commands import Command, Language, Said, UserClock
from taskchat_app.assistant.grammar.phrases.targets import read_target


def make_step(said: Said, _: UserClock, language: Language) -> Command:
    given = {"parent_id": int(said["number"].lstrip("#"))}
    return Command("update", said.string, read_target(said["item"]), given, language)
