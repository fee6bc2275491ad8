"""Says messages to the built-in assistant and prints what it does: python -m tests.assistant.offline.say "add milk"."""

import sys

if len(sys.argv) < 2:
    sys.exit(__doc__)

from taskchat_app.assistant.grammar.sentences.sentence_files import SentenceFileError

try:
    from tests.assistant.offline.notation import text_of_calls
    from tests.assistant.offline.task_list import Conversation
except SentenceFileError as error:
    sys.exit(str(error))

conversation = Conversation(["Buy milk", "Call the dentist", "Pay rent"])
for message in sys.argv[1:]:
    answer = conversation.say(message)
    sys.stdout.write(f"{text_of_calls(conversation.list.calls)}\n{answer}\n\n")
