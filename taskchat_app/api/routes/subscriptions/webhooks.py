"""Routes under /api/webhooks: create, list, try and delete webhooks, and read their deliveries. Only a login may."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, BeforeValidator, Field

from taskchat_app.api.core.credentials import SignedIn
from taskchat_app.api.schemas.bodies import Body, UtcTime
from taskchat_app.api.schemas.openapi_fields import HookUrl
from taskchat_app.domain.storage.models import WebhookState
from taskchat_app.domain.webhooks import delivery, webhooks
from taskchat_app.domain.webhooks.checked_request import is_delivered
from taskchat_app.domain.webhooks.events import EVENTS

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])

EventName = Annotated[str, Field(json_schema_extra={"enum": [*EVENTS, "*"]})]


class NewWebhookBody(BaseModel):
    """`url` is public (http or https); `events` are names of events, or `*` for all."""

    url: HookUrl
    events: Annotated[list[EventName], Field(json_schema_extra={"minItems": 1}, max_length=50)] = ["*"]


class WebhookBody(Body):
    """A webhook without its secret; `next_at` is the next try while it is "failing". After the last try it is "off"."""

    id: str
    url: str
    events: list[str]
    created_at: UtcTime
    state: WebhookState
    disabled_at: UtcTime | None
    next_at: Annotated[UtcTime | None, Field(validation_alias="retried_at")]


class WebhooksBody(BaseModel):
    webhooks: list[WebhookBody]


class CreatedWebhookBody(WebhookBody):
    """The secret (`whsec_…`), which signs the messages, is shown only here."""

    secret: str


class OutcomeBody(Body):
    """`status` is the receiver's; without an answer `error` is private_address, dns, tls, timeout or connection."""

    delivered: Annotated[bool, Field(validation_alias="status"), BeforeValidator(is_delivered)]  # read from the status
    status: int | None
    error: str
    milliseconds: int


class DeliveryBody(OutcomeBody):
    """One try to deliver the message `message_id`."""

    id: str
    message_id: str
    event: str
    task: Annotated[int | None, Field(validation_alias="task_number")]
    attempt: int
    at: UtcTime


class DeliveriesBody(BaseModel):
    deliveries: list[DeliveryBody]


@router.get("", response_model=WebhooksBody)
async def list_all(person: SignedIn) -> Any:
    """List the user's webhooks, newest first."""
    return {"webhooks": await webhooks.list_webhooks(person.id)}


@router.post("", status_code=201, response_model=CreatedWebhookBody)
async def create(person: SignedIn, body: NewWebhookBody) -> Any:
    """Create a webhook for changes from now on (docs/webhooks.md); 422 for an address in a private network."""
    return await webhooks.create_webhook(person, body.url, body.events)


@router.delete("/{webhook_id}", status_code=204)
async def delete(webhook_id: str, person: SignedIn) -> None:
    """Delete the webhook with its deliveries."""
    await webhooks.delete_webhook(person.id, webhook_id)


@router.get("/{webhook_id}/deliveries", response_model=DeliveriesBody)
async def deliveries(webhook_id: str, person: SignedIn) -> Any:
    """List the newest tries to deliver, newest first; they are kept for 30 days."""
    return {"deliveries": await webhooks.list_deliveries(person.id, webhook_id)}


@router.post("/{webhook_id}/test", response_model=OutcomeBody)
async def test(webhook_id: str, person: SignedIn) -> Any:
    """Send a message of type "test". If it arrives, a webhook that was switched off is on again and goes on."""
    return await delivery.send_test(person.id, webhook_id)
