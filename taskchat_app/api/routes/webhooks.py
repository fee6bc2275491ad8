"""Routes under /api/webhooks: make, list, try and delete webhooks, and read their deliveries. Only a login may."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from taskchat_app.api.core.credentials import SignedIn
from taskchat_app.api.schemas.openapi_fields import HookUrl
from taskchat_app.domain.storage.models import WebhookDelivery
from taskchat_app.domain.tasks.views import utc_text
from taskchat_app.domain.webhooks import delivery, webhooks
from taskchat_app.domain.webhooks.events import EVENTS
from taskchat_app.domain.webhooks.sending import Outcome
from taskchat_app.domain.webhooks.webhooks import State, WebhookView

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])

EventName = Annotated[str, Field(json_schema_extra={"enum": [*EVENTS, "*"]})]


class NewWebhookBody(BaseModel):
    """`url` is public (http or https); `events` are names of events, or `*` for all."""

    url: HookUrl
    events: Annotated[list[EventName], Field(json_schema_extra={"minItems": 1}, max_length=50)] = ["*"]


class WebhookBody(BaseModel):
    """A webhook without its secret; `next_at` is the next try while it is "failing", "off" follows after a day."""

    id: str
    url: str
    events: list[str]
    created_at: str
    state: State
    disabled_at: str | None
    next_at: str | None


class WebhooksBody(BaseModel):
    webhooks: list[WebhookBody]


class CreatedWebhookBody(WebhookBody):
    """The secret (`whsec_…`), which signs the messages, is shown only here."""

    secret: str


class OutcomeBody(BaseModel):
    """`status` is the receiver's; without an answer `error` is private_address, dns, tls, timeout or connection."""

    delivered: bool
    status: int | None
    error: str
    milliseconds: int


class DeliveryBody(OutcomeBody):
    """One try to deliver the message `message_id`."""

    id: str
    message_id: str
    event: str
    task: int | None
    attempt: int
    at: str


class DeliveriesBody(BaseModel):
    deliveries: list[DeliveryBody]


@router.get("", response_model=WebhooksBody)
async def list_all(person: SignedIn) -> Any:
    """List the user's webhooks, newest first."""
    return {"webhooks": [_json(view) for view in await webhooks.list_webhooks(person.id)]}


@router.post("", status_code=201, response_model=CreatedWebhookBody)
async def create(person: SignedIn, body: NewWebhookBody) -> Any:
    """Make a webhook for changes from now on (docs/webhooks.md); 422 for an address in a private network."""
    made = await webhooks.create_webhook(person, body.url, body.events)
    return _json(made.view) | {"secret": made.secret}


@router.delete("/{webhook_id}", status_code=204)
async def delete(webhook_id: str, person: SignedIn) -> None:
    """Delete the webhook with its deliveries."""
    await webhooks.delete_webhook(person.id, webhook_id)


@router.get("/{webhook_id}/deliveries", response_model=DeliveriesBody)
async def deliveries(webhook_id: str, person: SignedIn) -> Any:
    """List the newest tries to deliver, newest first; they are kept for 30 days."""
    return {"deliveries": [_delivery_json(row) for row in await webhooks.list_deliveries(person.id, webhook_id)]}


@router.post("/{webhook_id}/test", response_model=OutcomeBody)
async def test(webhook_id: str, person: SignedIn) -> Any:
    """Send a message of type "test". If it arrives, a webhook that was switched off is on again and goes on."""
    return _outcome_json(await delivery.send_test(person.id, webhook_id))


def _json(view: WebhookView) -> dict[str, Any]:
    return {
        "id": view.id,
        "url": view.url,
        "events": list(view.events),
        "created_at": utc_text(view.created_at),
        "state": view.state,
        "disabled_at": utc_text(view.disabled_at),
        "next_at": utc_text(view.next_at),
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "delivered": outcome.is_delivered,
        "status": outcome.status,
        "error": outcome.error,
        "milliseconds": outcome.milliseconds,
    }


def _delivery_json(row: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": row.id,
        "message_id": row.message_id,
        "event": row.event,
        "task": row.task_number,
        "attempt": row.attempt,
        "at": utc_text(row.at),
        **_outcome_json(Outcome(row.status, row.error, row.milliseconds)),
    }
