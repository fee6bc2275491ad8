"""What the page asks of the assistant, as ChatKit requests."""

from chatkit.actions import Action
from chatkit.types import (
    InferenceOptions,
    StreamingReq,
    ThreadAddUserMessageParams,
    ThreadCreateParams,
    ThreadCustomActionParams,
    ThreadRetryAfterItemParams,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    UserMessageInput,
    UserMessageTextContent,
)


def message(thread_id: str, text: str) -> StreamingReq:
    """The person's message, in a new conversation where the id is empty."""
    content = UserMessageTextContent(text=text)
    said = UserMessageInput(content=[content], attachments=[], inference_options=InferenceOptions())
    if thread_id:
        return ThreadsAddUserMessageReq(params=ThreadAddUserMessageParams(thread_id=thread_id, input=said))
    return ThreadsCreateReq(params=ThreadCreateParams(input=said))


def retry(thread_id: str, item_id: str) -> StreamingReq:
    return ThreadsRetryAfterItemReq(params=ThreadRetryAfterItemParams(thread_id=thread_id, item_id=item_id))


def decision(thread_id: str, item_id: str, proposal_id: str, *, confirm: bool) -> StreamingReq:
    """The person's click on a proposal's card."""
    action = Action(type=f"proposal.{'confirm' if confirm else 'cancel'}", payload={"proposal_id": proposal_id})
    params = ThreadCustomActionParams(thread_id=thread_id, item_id=item_id, action=action)
    return ThreadsCustomActionReq(params=params)
