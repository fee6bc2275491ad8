"""Says messages to the built-in assistant and prints what it does: python -m tests.assistant.offline.say "add milk"."""

import argparse
import sys
from copy import deepcopy

from taskchat_app.assistant.grammar.sentences.sentence_files import SentenceFileError

try:
    from taskchat_app.assistant.turns.undo_command import NOTHING, parse_undo_command
    from tests.assistant.offline.notation import text_of_calls
    from tests.assistant.offline.outcomes import readers
    from tests.assistant.offline.task_list import Conversation, Task
except SentenceFileError as error:
    sys.exit(str(error))

TITLES = ["Buy milk", "Call the dentist", "Pay rent"]
Lists = list[dict[int, Task]]


def dialogue(messages: list[str], titles: list[str]) -> str:
    """Return each message of a conversation, with what was called, which sentences read it, and the answer."""
    parts: list[str] = []
    conversation, undoable, redoable = Conversation(titles), Lists(), Lists()
    for message in messages:
        before = deepcopy(conversation.list.tasks)
        if command := parse_undo_command(message):
            source, other = (undoable, redoable) if command == "undo" else (redoable, undoable)
            called, answer = command, "The list is as before." if source else str(NOTHING[command])
            if source:
                other.append(before)
                conversation.list.tasks = source.pop()
            conversation.add(message, answer)
        else:
            answer = conversation.say(message)
            called = text_of_calls(conversation.list.calls) + readers(message)
            if conversation.list.tasks != before:
                undoable.append(before)
                redoable.clear()
        parts.append(f"> {message}\n{called}\n{answer}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="say", description="Says messages to the built-in assistant.")
    arguments.add_argument("messages", nargs="+")
    arguments.add_argument(
        "--fresh", action="store_true", help="begin with a new list and conversation at each message"
    )
    arguments.add_argument("--task", action="append", metavar="TITLE", help="a task of the list, in place of the usual")
    given = arguments.parse_args()
    conversations = [[message] for message in given.messages] if given.fresh else [given.messages]
    sys.stdout.write("\n".join(dialogue(messages, given.task or TITLES) for messages in conversations))
