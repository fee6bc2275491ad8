"""What each intent of the sentence files does with the slots of a sentence: the command that it makes."""

from taskchat_app.assistant.grammar.commands import Make
from taskchat_app.assistant.grammar.rules.adding.new_tasks import add_step, add_task
from taskchat_app.assistant.grammar.rules.clear_field import clear
from taskchat_app.assistant.grammar.rules.copies import copy
from taskchat_app.assistant.grammar.rules.edit import move, rename
from taskchat_app.assistant.grammar.rules.matching import fixed
from taskchat_app.assistant.grammar.rules.starts import begin, list_later
from taskchat_app.assistant.grammar.rules.status import complete, delete, reopen
from taskchat_app.assistant.grammar.rules.steps import make_step

INTENTS: dict[str, Make] = {
    "greeting": fixed("greeting"),
    "thanks": fixed("thanks"),
    "goodbye": fixed("goodbye"),
    "help": fixed("help"),
    "nothing_named": fixed("no_task"),
    "refuse": fixed("refusal"),
    "no_archive": fixed("no_archive"),
    "no_lists": fixed("no_lists"),
    "no_steps": fixed("no_steps"),
    "no_order": fixed("no_order"),
    "no_moment": fixed("no_moment"),
    "too_often": fixed("too_often"),
    "add": add_task,
    "add_step": add_step,
    "copy": copy,
    "list": fixed("list"),
    "complete": complete,
    "reopen": reopen,
    "delete": delete,
    "move": move,
    "rename": rename,
    "clear": clear,
    "begin": begin,
    "list_later": list_later,
    "make_step": make_step,
}
