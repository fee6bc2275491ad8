"""No call, and none that is offered, has an empty title, or the mask that hides quoted words from the rules."""

from collections.abc import Iterator
from itertools import product
from random import Random

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.guesses import with_guess
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import Listing, PlannedCall, Question
from taskchat_app.assistant.offline.plans.plans import plan
from taskchat_app.domain.dates.command_text import MASK, mask_quotes
from tests.assistant.offline.sentence_files import FOLDER, LISTS, Row, conversation_with, read_rows
from tests.assistant.offline.task_list import CLOCK, TaskList

RENAMED = {
    '{title}: mach daraus "{new}"', 'mach aus {title} "{new}"', 'mach aus der Aufgabe {title} "{new}"',
    'aus {title} wird "{new}"', 'nenn {title} um in "{new}"', 'ersetz {title} durch "{new}"', '"{new}" statt {title}',
    '{title} soll jetzt "{new}" heißen', 'turn {title} into "{new}"',
    'swap {title} for "{new}"', 'swap "{new}" for {title}', 'the title of {title} should be "{new}"',
    'rename {title} to "{new}"', 'benenne {title} in "{new}" um',
}  # fmt: skip
TITLES = ("Kino", '"Kino"', "„Kino“")
EVERY = 12
"""One of so many sentences of the files is also said with quotes around some of its words."""


def said_and_offered(tasks: TaskList, said: str) -> Iterator[PlannedCall | str]:
    """Yield what the commands of a message call and say, and what a click after that may call."""
    for command in with_guess(read_message(said, CLOCK), CLOCK):
        steps = plan(command, Memory(CLOCK))
        try:
            calls = next(steps)
            while True:
                yield from calls
                calls = steps.send([tasks.call(call.tool, call.arguments) for call in calls])
        except StopIteration as end:
            reply: str | Question | Listing = end.value
            yield reply if isinstance(reply, str) else reply.text
            yield from reply.calls if isinstance(reply, Question) else ()


def is_wrong(tasks: TaskList, said: str) -> bool:
    found = [str(one) for one in said_and_offered(tasks, said)]
    return any(MASK in one or "'title': ''" in one for one in found)


def with_some_quoted(said: str) -> str:
    words, random = said.split(" "), Random(said)
    begin = random.randrange(len(words))
    end = random.randrange(begin, len(words)) + 1
    return " ".join([*words[:begin], f'"{" ".join(words[begin:end])}"', *words[end:]])


def test_no_sentence_of_the_files_stores_a_mask_or_no_title_also_with_quotes_around_some_words() -> None:
    rows: list[Row] = [row for path in sorted(FOLDER.glob("*.txt")) if path != LISTS for row in read_rows(path)]
    quoted = [(row, row.steps[-1].said) for row in rows if mask_quotes(row.steps[-1].said) != row.steps[-1].said]
    others = [(row, with_some_quoted(row.steps[-1].said)) for row in rows[::EVERY]]
    plain = [(row, row.steps[-1].said) for row in rows[1::EVERY]]
    assert [said for row, said in (*quoted, *others, *plain) if is_wrong(conversation_with(row.tasks).list, said)] == []


def test_a_new_title_in_quotes_is_offered_or_given_as_it_is_written() -> None:
    wrong: list[str] = []
    for rename, title in product(sorted(RENAMED), TITLES):
        said = rename.format(title=title, new="Kino mit Jana")
        calls = said_and_offered(conversation_with([("Kino", {})]).list, said)
        if not any(isinstance(call, PlannedCall) and gives(call, "Kino mit Jana") for call in calls):
            wrong.append(said)
    assert wrong == []


def gives(call: PlannedCall, title: str) -> bool:
    return call.tool == "update_task" and call.arguments.get("title") == title
