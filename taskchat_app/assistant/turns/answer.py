"""Answers a turn's message within TURN_TIMEOUT_SECONDS: by a confirmed proposal, an undo, or else by the agent."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

from agents import Runner, TResponseInputItem
from chatkit.types import ThreadItemDoneEvent, ThreadItemReplacedEvent, WidgetItem

from taskchat_app.assistant.agent import attached_lists, date_question
from taskchat_app.assistant.agent.agent import ROUNDS_MAX, agent_for, is_offline, run_config
from taskchat_app.assistant.agent.message_files import message_with_files
from taskchat_app.assistant.agent.offline_fallback import COMMAND_MAX_CHARACTERS
from taskchat_app.assistant.agent.pasted_plans import read_plan
from taskchat_app.assistant.agent.plan_edits import edit_plan
from taskchat_app.assistant.agent.turn_model import say
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.events import progress_event
from taskchat_app.assistant.core.tool_call_workflow import task_names
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.request_words import bare
from taskchat_app.assistant.grammar.sentences.sentence_reader import is_said
from taskchat_app.assistant.threads.turn_storage import held_transaction
from taskchat_app.assistant.tools import choice_offers, deletion_proposals, plans, task_list_widget
from taskchat_app.assistant.tools.choice_offers import planned
from taskchat_app.assistant.tools.last_shown_tasks import explain_references
from taskchat_app.assistant.turns import structured_inputs, undo_command
from taskchat_app.config import settings
from taskchat_app.domain.log.changes import task_changes
from taskchat_app.domain.storage.database import now
from taskchat_app.i18n.messages import Message, gettext
from taskchat_app.runtime.event_loop import run_to_completion

ANSWERS_AT_ONCE = 3
"""Answers to one user that each process writes at once. A turn that waits holds no database connection."""
_slots: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
"""One semaphore for each user whose turns work or wait; it lives as long as a turn refers to it."""


async def answer(turn: TurnContext) -> None:
    """Answer the message and publish every event; a tool call that has begun to commit is finished in any case.

    Raises what ended the answer early, TimeoutError after TURN_TIMEOUT_SECONDS included.
    """
    try:
        slot = _slots.setdefault(turn.person.id, asyncio.Semaphore(ANSWERS_AT_ONCE))
        waits = slot.locked()
        if waits:
            turn.send(progress_event(gettext("Waiting for your other answers")))
        async with slot, asyncio.timeout(settings().turn_timeout_seconds):
            if waits:
                turn.send(progress_event(gettext("Writing the answer")))
            await _decide_proposals(turn)
            if turn.accepted_proposal_id is None:
                await _reply(turn)
    finally:
        turn.work_ended = True
        async with turn.one_call_at_a_time:
            pass  # the tool call that was running has ended


async def _decide_proposals(turn: TurnContext) -> None:
    """Execute the proposal that the message accepts, and publish it and those that the message ended."""
    accepted = turn.accepted_proposal_id
    if accepted is None:
        if turn.ended_proposal_ids:
            await run_to_completion(_decide_and_publish(turn, turn.ended_proposal_ids))
        return
    turn.send(progress_event(gettext("Deleting tasks"), "lucide:trash-2"))
    numbers = await run_to_completion(_decide_and_publish(turn, [*turn.ended_proposal_ids, accepted]))
    await say(turn, deleted_sentence(numbers))


async def _decide_and_publish(turn: TurnContext, proposal_ids: Sequence[str]) -> list[int]:
    """Return the numbers of the tasks that the accepted proposal deleted."""
    numbers: list[int] = []
    cards: list[WidgetItem] = []
    async with held_transaction(turn) as session:
        cause = turn.person.cause("person", turn.thread_id, turn.turn_id)
        for proposal_id in proposal_ids:
            proposal = await deletion_proposals.access_proposal(session, turn.person.id, turn.thread_id, proposal_id)
            if proposal_id == turn.accepted_proposal_id:
                numbers = await deletion_proposals.decide(session, cause, proposal, confirm=True)
            cards.append(await deletion_proposals.card_of(session, proposal))
    turn.send_changes(task_changes(session))
    for card in cards:
        await turn.publish(ThreadItemReplacedEvent(item=card))
    return numbers


async def _reply(turn: TurnContext) -> None:
    """Reply to an undo, to the answer to a question about a date, or by such a question, in this order; else by agent.

    `_run_agent` checks two more before the model: whether the message orders to copy a task, and what "it" means.
    """
    command = undo_command.parse_undo_command(turn.message)
    if command is not None:
        return await say(turn, await run_to_completion(undo_command.run_undo_command(turn, command)))
    if not turn.person.date_order:  # else 3/5 has one reading
        asked_about = await date_question.store_answer(turn)
        if asked_about is not None:
            return await _run_agent(turn, {"role": "user", "content": asked_about})
        if asked := await date_question.question_of(turn):
            return await say(turn, asked)
    if is_offline():
        return await _reply_by_rules(turn)
    has_files = bool(turn.user_message.attachments)
    await _run_agent(turn, await message_with_files(turn) if has_files else turn.conversation[-1])
    await _show_tasks(turn)


async def _reply_by_rules(turn: TurnContext) -> None:
    """Answer messages about plans and attached lists, which Gemini would read itself, and all others by the agent."""
    if plan := await asyncio.to_thread(read_plan, turn.person, turn.message):
        await say(turn, plans.DRAFTED)
        return await turn.publish(ThreadItemDoneEvent(item=plans.new_card(plan, turn.thread_id)))
    if changed := await run_to_completion(edit_plan(turn)):
        return await say(turn, changed)
    request = await attached_lists.agent_request(turn)
    if request is None:
        return
    if request.card_id is not None:
        try:
            return await _run_agent(turn, request.message)
        finally:  # what fails or is stopped may have added some
            await run_to_completion(attached_lists.show_added(turn, request.card_id))
    await _run_agent(turn, request.message)
    if any(file.type == "image" for file in turn.user_message.attachments):
        await say(turn, attached_lists.NO_PICTURES)
    await run_to_completion(structured_inputs.close_card(turn))
    await _show_tasks(turn)


async def _show_tasks(turn: TurnContext) -> None:
    """Offer the tasks to choose from where several fit the message, else show the list that was asked for."""
    has_offered = turn.follows_rules and await choice_offers.offer(turn)  # a model asks by itself
    if not has_offered:
        await task_list_widget.show(turn)


async def _run_agent(turn: TurnContext, message: TResponseInputItem) -> None:
    """Run the agent on the message: Gemini's, or that of the rules without a key and for an order to copy a task."""
    by_rules = is_offline() or await copies_a_task(turn)
    explained = await explain_references(turn)
    result = Runner.run_streamed(
        agent_for(turn, explained, by_rules), [message], context=turn, max_turns=ROUNDS_MAX, run_config=run_config()
    )
    try:
        async for _ in result.stream_events():
            pass  # the publishing model and the tools have published everything already
    finally:
        if result.run_loop_task is not None and not result.run_loop_task.done():
            result.cancel()
            await asyncio.wait([result.run_loop_task])


def deleted_sentence(numbers: list[int]) -> Message:
    if not numbers:
        return gettext("There was nothing left to delete.")
    return gettext("Deleted {tasks}.", tasks=task_names(numbers))


async def copies_a_task(turn: TurnContext) -> bool:
    """Return whether the message orders to copy one task, which the rules find; a model has no tool for it."""
    if len(turn.command) > COMMAND_MAX_CHARACTERS or not is_said("copy", bare(turn.command)):
        return False
    clock = UserClock(turn.person.zone, now())
    commands = await asyncio.to_thread(read_message, turn.command, clock)
    if len(commands) != 1 or commands[0].kind != "copy":
        return False
    calls = await planned(turn, replace(commands[0], otherwise=None), clock)
    return isinstance(calls, list) and all("copy_of" in call.arguments for call in calls)
