"""Actions of ChatKit's widgets: what a click in a card or a message sends."""

from typing import Any, TypeVar

from chatkit.actions import Action, ActionConfig
from pydantic import BaseModel, ValidationError

from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.i18n.messages import gettext

Payload = TypeVar("Payload", bound=BaseModel)


def widget_action(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Return the action with ChatKit's defaults written out, as it also comes back from the store."""
    return ActionConfig(type=kind, payload=payload).model_dump(mode="json", by_alias=True)


def payload_of(model: type[Payload], action: Action[str, Any]) -> Payload:
    """Return the payload of a received action; raise BadRequest for another one."""
    try:
        return model.model_validate(action.payload)
    except ValidationError as error:
        names = ", ".join(model.model_fields)
        raise BadRequest(gettext("The action's payload must hold exactly: {names}.", names=names)) from error
