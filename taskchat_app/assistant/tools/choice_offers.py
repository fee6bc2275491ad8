"""Finds, by rules, the tasks between which the message's command leaves a choice, and offers them (task_choices.py)."""

import asyncio
from typing import Any

from chatkit.types import ThreadItemDoneEvent

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.guesses import with_guess
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import Listing, PlannedCall, Question
from taskchat_app.assistant.offline.plans.plans import plan
from taskchat_app.assistant.offline.task_questions import card_index
from taskchat_app.assistant.tools import task_choices, task_tools
from taskchat_app.assistant.tools.task_tools import ListTasks
from taskchat_app.domain.storage.database import now, reading


async def offer(turn: TurnContext) -> bool:
    """Show the tasks that the message's one command fits, if it fits several and nothing was done; return whether.

    Of several commands, one may offer a new task after the others were done.
    """
    clock = UserClock(turn.person.zone, now())
    # A message of a thousand characters takes 100 ms to read.
    commands = with_guess(await asyncio.to_thread(read_message, turn.command, clock), clock)
    has_acted = any(call.status == "done" and call.tool != "list_tasks" for call in turn.workflow.calls.values())
    index = card_index(commands)  # of the only command, or of the only one that offers a new task
    if index is None or (has_acted and len(commands) == 1):
        return False
    question = await planned(turn, commands[index], clock)
    if not isinstance(question, Question):
        return False
    card = task_choices.card_of(turn.thread_id, question)
    await turn.publish(ThreadItemDoneEvent(item=card))
    if turn.shows_widgets:
        await turn.publish(ThreadItemDoneEvent(item=task_choices.question_of(card, question, turn.person.language)))
    return True


async def planned(
    turn: TurnContext, command: Command, clock: UserClock
) -> list[PlannedCall] | str | Question | Listing:
    """Return the first calls of the rules for this command, after their look-ups, or their answer or question.

    A plan yields its calls, takes their results, and returns its answer.
    """
    steps = plan(command, Memory(clock))
    try:
        calls = next(steps)
        while all(call.is_lookup for call in calls):
            calls = steps.send([await _look_up(turn, call) for call in calls])
        return calls
    except StopIteration as end:  # the plan has returned
        return end.value


async def _look_up(turn: TurnContext, call: PlannedCall) -> dict[str, Any]:
    async with reading(turn.person.id) as session:
        return (await task_tools.list_tasks(session, turn, ListTasks.model_validate(call.arguments))).result
