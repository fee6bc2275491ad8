"""Routes under /api/push: devices that reminders are sent to. Only a login may; answers need the reminder's token."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.convertors import StringConvertor, register_url_convertor

from taskchat_app.api.core.credentials import SignedIn
from taskchat_app.api.core.request_language import request_language
from taskchat_app.api.routes.subscriptions.webhooks import OutcomeBody
from taskchat_app.api.schemas.bodies import Body, StrictBody, UtcTime
from taskchat_app.api.schemas.openapi_fields import HookUrl
from taskchat_app.domain.push import delivery, devices, notifications
from taskchat_app.domain.push.devices import NAME_MAX_CHARACTERS, TOPIC
from taskchat_app.domain.push.notifications import Action
from taskchat_app.domain.push.sending import vapid_key


class _HexConvertor(StringConvertor):
    """Ids of devices; neither "key" nor "ntfy" is one, so that these addresses take no other methods than their own."""

    regex = "[0-9a-f]+"


register_url_convertor("hex", _HexConvertor())
router = APIRouter(prefix="/api/push", tags=["push"])

DeviceName = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": NAME_MAX_CHARACTERS})]


class KeysBody(BaseModel):
    """A subscription's keys in base64url, as the browser gives them."""

    p256dh: Annotated[str, Field(max_length=200)]
    auth: Annotated[str, Field(max_length=100)]


class SubscriptionBody(BaseModel):
    """A browser's PushSubscription; `device` is its name in the list."""

    endpoint: HookUrl
    keys: KeysBody
    device: DeviceName


class TopicBody(StrictBody):
    """A topic of the ntfy server at `url`."""

    url: HookUrl
    topic: Annotated[str, Field(json_schema_extra={"pattern": f"^{TOPIC.pattern}$"}, max_length=1_000)]
    device: DeviceName


class DeviceBody(Body):
    """A device; `kind` is "webpush" or "ntfy", `topic` is that of ntfy."""

    id: str
    device: Annotated[str, Field(validation_alias="name")]
    kind: Literal["webpush", "ntfy"]
    topic: str
    created_at: UtcTime


class DevicesBody(BaseModel):
    devices: list[DeviceBody]


class KeyBody(BaseModel):
    """The VAPID public key, which browsers take as `applicationServerKey`."""

    key: str


class ActionBody(StrictBody):
    """`token` is that of the notification."""

    token: Annotated[str, Field(max_length=1_000)]
    action: Action


@router.get("/key", response_model=KeyBody)
async def key(person: SignedIn) -> Any:
    """Get the public key with which a browser subscribes."""
    return {"key": (await vapid_key()).point}


@router.get("", response_model=DevicesBody)
async def list_all(person: SignedIn) -> Any:
    """List the user's devices, newest first."""
    return {"devices": await devices.list_devices(person.id)}


@router.post("", status_code=201, response_model=DeviceBody)
async def subscribe(person: SignedIn, body: SubscriptionBody) -> Any:
    """Send reminders to this browser too; the same endpoint again keeps its id. 422 for an address inside."""
    keys = body.keys.model_dump()
    return await devices.add_subscription(person, body.endpoint, keys, body.device, language=request_language.get())


@router.post("/ntfy", status_code=201, response_model=DeviceBody)
async def add_topic(person: SignedIn, body: TopicBody) -> Any:
    """Send reminders to a topic of an ntfy server too; 422 for an address inside."""
    return await devices.add_topic(person, body.url, body.topic, body.device, language=request_language.get())


@router.post("/actions", status_code=204)
async def act(body: ActionBody) -> None:
    """Answer a reminder: complete its task, put it off, or mark it as seen. Needs the notification's token only."""
    await notifications.act(body.token, body.action)


@router.delete("/{device_id:hex}", status_code=204)
async def delete(device_id: str, person: SignedIn) -> None:
    """Send no reminders to this device any more."""
    await devices.delete_device(person.id, device_id)


@router.post("/{device_id:hex}/test", response_model=OutcomeBody)
async def test(device_id: str, person: SignedIn) -> Any:
    """Send a test to this device; `status` is the answer of its push service."""
    return await delivery.send_test(person.id, device_id)
