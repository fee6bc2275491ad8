"""Checks of what a server may offer: actions, feedback, client tools, structured input, attachments, dictation."""

import base64
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, TypeVar, cast

from chatkit.types import ClientToolCallItem, StructuredInputItem, ThreadItemDoneEvent, WidgetItem

from taskchat_app.conformance.bad_requests import ISOLATION, expect_isolated
from taskchat_app.conformance.checks import Skip, check, demand, demand_refusal
from taskchat_app.conformance.conversations import conversation, item_ids, items, need, talk
from taskchat_app.conformance.http_client import ABSENT, Json, Session, message
from taskchat_app.conformance.stored_items import CALL
from taskchat_app.conformance.stream_rules import thread_of

PROCESS = "chatkit.server.ChatKitServer._process_streaming_impl"
SILENCE = base64.b64encode(b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + bytes(20)).decode()
"""The header of a WAV file without sound, in Base64."""
FILE: Json = {"name": "notes.txt", "size": 5, "mime_type": "text/plain"}
OPTION = "@openai/chatkit ComposerOption"
Item = TypeVar("Item")


@check("feedback.taken", "chatkit.types.ItemsFeedbackReq; @openai/chatkit ThreadItemActionsOption.feedback")
async def feedback(session: Session) -> None:
    """A thumb up and a thumb down for an answer are taken."""
    thread_id = await conversation(session)
    answers = [one["id"] for one in await items(session, thread_id) if one["type"] != "user_message"]
    for kind in ("positive", "negative"):
        # `item_ids` is a list: it names two if the conversation has two.
        exchange = await session.ask("items.feedback", thread_id=thread_id, item_ids=answers[:2], kind=kind)
        demand(exchange.status == 200 and exchange.is_object, exchange.summary)


@check("feedback.kind", "chatkit.types.FeedbackKind")
async def feedback_kind(session: Session) -> None:
    """Feedback of another kind is refused."""
    thread_id = await conversation(session)
    answers = await item_ids(session, thread_id)
    demand_refusal(await session.ask("items.feedback", thread_id=thread_id, item_ids=answers[-1:], kind="neutral"))


@check(
    "actions.unknown",
    "chatkit.types.ThreadsCustomActionReq, ThreadsSyncCustomActionReq; @openai/chatkit sendCustomAction",
)
async def unknown_action(session: Session) -> None:
    """An action that the server does not know is refused, with and without a stream."""
    thread_id = await conversation(session)
    for kind in ("threads.custom_action", "threads.sync_custom_action"):
        demand_refusal(await session.ask(kind, thread_id=thread_id, action={"type": "conformance.unknown"}))


@check("actions.sender", f"{PROCESS}: the sender is a WidgetItem")
async def action_sender(session: Session) -> None:
    """An action of an absent item, or of one that is no widget, is refused."""
    thread_id = await conversation(session)
    said = (await item_ids(session, thread_id))[0]
    for item_id in (ABSENT, said):
        action = {"type": "conformance.unknown"}
        demand_refusal(await session.ask("threads.custom_action", thread_id=thread_id, item_id=item_id, action=action))


@check("isolation.click", ISOLATION)
async def foreign_click(session: Session) -> None:
    """Another user's click on a widget is refused and changes nothing."""
    await expect_isolated(session, await _click_request(session))


@check("actions.click", "chatkit.actions.ActionConfig; @openai/chatkit WidgetsOption")
async def click(session: Session) -> None:
    """The action of a widget in an answer is taken, streamed or at once."""
    request = await _click_request(session)
    clicked = await session.send(request)
    taken = clicked.status == HTTPStatus.OK and not clicked.is_refusal
    demand(taken, f"{request['params']['action']['type']}: {clicked.summary}")


async def _click_request(session: Session) -> Json:
    lack = "has no widget with an action for the server"
    item = await _prompted(session, "widget", lack, WidgetItem, lambda item: any(_actions(item)))
    action = next(_actions(item))
    sent = {"type": action["type"], "payload": action.get("payload")}
    kind = "threads.custom_action" if action.get("streaming", True) else "threads.sync_custom_action"
    return {"type": kind, "params": {"thread_id": item.thread_id, "item_id": item.id, "action": sent}}


def _actions(item: WidgetItem) -> Iterator[Json]:
    """Yield the actions of the widget that the server handles; first those that cancel, since the first is clicked."""
    found = list(_action_objects(item.widget.model_dump(mode="json", by_alias=True, exclude_none=True)))
    yield from (action for action in found if "cancel" in action["type"])
    yield from (action for action in found if "cancel" not in action["type"])


def _action_objects(value: Any, name: str = "") -> Iterator[Json]:
    if isinstance(value, dict):
        found = cast("Json", value)
        is_action = name == "action" or name.endswith("Action")
        if is_action and isinstance(found.get("type"), str) and found.get("handler", "server") == "server":
            yield found
            return
        for inner_name, inner in found.items():
            yield from _action_objects(inner, inner_name)
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _action_objects(inner)


@check("client_tool.none_pending", PROCESS)
async def no_call_pending(session: Session) -> None:
    """The output of a client tool that was not called is refused."""
    thread_id = await conversation(session)
    demand_refusal(await session.ask("threads.add_client_tool_output", thread_id=thread_id, result={}))


@check("isolation.client_tool", ISOLATION)
async def foreign_output(session: Session) -> None:
    """Another user's output of a client tool is refused and changes nothing."""
    await expect_isolated(session, await _output_request(session))


@check("client_tool.output", "chatkit.types.ThreadsAddClientToolOutputReq; @openai/chatkit ChatKitOptions.onClientTool")
async def tool_output(session: Session) -> None:
    """The output of a client tool is kept with its call, which is then completed, and is answered."""
    request = await _output_request(session)
    answered = await session.send(request)
    demand(answered.is_stream and not answered.is_refusal, answered.summary)
    stored = [item for item in await items(session, request["params"]["thread_id"]) if item["type"] == CALL]
    kept = (stored[-1].get("status"), stored[-1].get("output"))
    demand(kept == ("completed", request["params"]["result"]), f"the call is stored with {kept}")


async def _output_request(session: Session) -> Json:
    call = await _prompted(session, "client_tool", "calls no client tool", ClientToolCallItem)
    params = {"thread_id": call.thread_id, "result": {"found": ["é"]}}
    return {"type": "threads.add_client_tool_output", "params": params}


@check("structured_input.not_asked", PROCESS)
async def not_asked(session: Session) -> None:
    """An answer to an item that asks for none is refused."""
    thread_id = await conversation(session)
    for item_id in ((await item_ids(session, thread_id))[0], ABSENT):
        sent: Json = {"status": "answered", "answers": {}}
        demand_refusal(
            await session.ask("threads.add_structured_input", thread_id=thread_id, item_id=item_id, input=sent)
        )


@check("isolation.structured_input", ISOLATION)
async def foreign_input(session: Session) -> None:
    """Another user's structured input is refused and changes nothing."""
    await expect_isolated(session, await _input_request(session))


@check("structured_input.answered", "chatkit.server.ChatKitServer._apply_structured_input_submission")
async def structured_input(session: Session) -> None:
    """A structured input is replaced by its answer, which is kept; a second answer does not change it."""
    request = await _input_request(session)
    exchange = await session.send(request)
    demand(exchange.is_stream and not exchange.is_refusal, exchange.summary)
    params = request["params"]
    answers = params["input"]["answers"]
    [stored] = [one for one in await items(session, params["thread_id"]) if one["id"] == params["item_id"]]
    kept = {one["id"]: one.get("answer", {}).get("values") for one in stored["inputs"]}
    expected = {name: answer["values"] for name, answer in answers.items()}
    demand((stored["status"], kept) == ("answered", expected), f"it is stored as {stored['status']} with {kept}")
    others = {name: {**answer, "values": ["Something else"]} for name, answer in answers.items()}
    await session.send({**request, "params": {**params, "input": {**params["input"], "answers": others}}})
    [again] = [one for one in await items(session, params["thread_id"]) if one["id"] == params["item_id"]]
    demand(again == stored, f"after a second answer it is stored as {again['inputs']}")


async def _input_request(session: Session) -> Json:
    asked = await _prompted(session, "structured_input", "asks for no structured input", StructuredInputItem)
    answers: Json = {}
    for question in asked.inputs:
        value = question.options[0].value if question.type == "multiple_choice" else "An answer"
        answers[question.id] = {"values": [value], "skipped": False}
    params: Json = {"thread_id": asked.thread_id, "item_id": asked.id}
    params["input"] = {"status": "answered", "answers": answers}
    return {"type": "threads.add_structured_input", "params": params}


@check("attachments.created", f"chatkit.types.AttachmentsCreateReq; {OPTION}.attachments, FileUploadStrategy")
async def attachment(session: Session) -> None:
    """An attachment is created with its name and type, or refused."""
    exchange = await session.ask("attachments.create", **FILE)
    if exchange.is_refusal:
        return
    made = exchange.document
    demand(all(made.get(name) == FILE[name] for name in ("name", "mime_type")), exchange.summary)
    deleted = await session.ask("attachments.delete", attachment_id=made["id"])
    demand(deleted.status == 200, f"attachments.delete: {deleted.summary}")
    thread_id = await conversation(session)
    demand_refusal(await session.send(message("Read this", thread_id, attachments=[made["id"]])))


@check("isolation.attachment", ISOLATION)
async def foreign_attachment(session: Session) -> None:
    """Another user can neither send nor delete an attachment."""
    need(session, "other")
    exchange = await session.ask("attachments.create", **FILE)
    if exchange.is_refusal:
        raise Skip("The server takes no attachments.")
    made = exchange.document["id"]
    their_thread = thread_of(await session.send(message("Hello"), "other"))
    demand_refusal(await session.send(message("Read this", their_thread, attachments=[made]), "other"))
    await session.ask("attachments.delete", "other", attachment_id=made)
    if descriptor := exchange.document.get("upload_descriptor"):
        sent = await session.upload(descriptor, b"x" * FILE["size"])
        demand(sent.is_success, f"the upload: {sent.status_code} {sent.text[:120]}")
    kept = await session.send(message("Read this", await conversation(session), attachments=[made]))
    demand(kept.is_stream and not kept.is_refusal, f"after another user deleted it: {kept.summary}")


@check("attachments.absent", "chatkit.store.Store.load_attachment")
async def absent_attachment(session: Session) -> None:
    """A message with an attachment that does not exist is refused, and not stored."""
    thread_id = await conversation(session)
    before = await item_ids(session, thread_id)
    demand_refusal(await session.send(message("Read this", thread_id, attachments=[ABSENT])))
    demand(await item_ids(session, thread_id) == before, "the message was stored")


@check("dictation.answered", f"chatkit.types.InputTranscribeReq; {OPTION}.dictation")
async def dictation(session: Session) -> None:
    """Audio is transcribed or refused; a body that is no Base64 is refused."""
    exchange = await session.ask("input.transcribe", audio_base64=SILENCE, mime_type="audio/wav")
    is_text = exchange.status == 200 and isinstance(exchange.document.get("text"), str)
    demand(is_text or exchange.is_refusal, exchange.summary)
    demand_refusal(await session.ask("input.transcribe", audio_base64="*", mime_type="audio/webm;codecs=opus"))


async def _prompted(
    session: Session, name: str, lack: str, kind: type[Item], is_needed: Callable[[Item], bool] = lambda _: True
) -> Item:
    """Return the last item of this kind in the answer to the last prompt of this name; without one, Skip with `lack`.

    The prompts of a name are sent once: session.memory keeps the last answer.
    """
    if not session.prompts.get(name):
        raise Skip(f"No prompt was given (--prompt {name}=…).")
    if name not in session.memory:
        session.memory[name] = (await talk(session, session.prompts[name]))[-1]
    done = [event.item for event in session.memory[name].events if isinstance(event, ThreadItemDoneEvent)]
    found = [item for item in done if isinstance(item, kind) and is_needed(item)]
    if not found:
        raise Skip(f"The answer to the prompt {lack} (--prompt {name}=…).")
    return found[-1]
