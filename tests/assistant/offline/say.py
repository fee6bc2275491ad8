"""Says messages to the built-in assistant and prints what it does: python -m tests.assistant.offline.say "add milk"."""

import sys

from tests.assistant.offline.notation import text_of_calls
from tests.assistant.offline.task_list import Conversation

conversation = Conversation(["Buy milk", "Call the dentist", "Pay rent"])
for message in sys.argv[1:]:
    answer = conversation.say(message)
    sys.stdout.write(f"{text_of_calls(conversation.list.calls)}\n{answer}\n\n")
