"""ChatKit's widgets: lists with buttons, and the actions that a click in a card or a message sends."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from chatkit.actions import Action, ActionConfig
from chatkit.widgets import DynamicWidgetRoot
from pydantic import BaseModel, ValidationError

from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.i18n.messages import gettext

Part = Mapping[str, Any]
"""A component in ChatKit's widget schema."""
Payload = TypeVar("Payload", bound=BaseModel)


def list_view(key: str, status: str, lines: Sequence[Part], **look: Any) -> DynamicWidgetRoot:
    """Return a list under a headline; `key` is that of the widget's root."""
    view = {"type": "ListView", "key": key, "status": {"text": status}, "children": [*lines], **look}
    return DynamicWidgetRoot.model_validate(view)


def line(key: int, *parts: Part, **more: Any) -> Part:
    return {"type": "ListViewItem", "key": str(key), "children": [*parts], **more}


def button_line(key: int, words: Sequence[Part], button: Part) -> Part:
    """Return a line with words, if any, at its left and a button at its right."""
    return line(key, {"type": "Row", "align": "center", "children": [*words, {"type": "Spacer"}, button]})


def text(value: str, **look: Any) -> Part:
    return {"type": "Text", "value": value, "size": "sm", **look}


def button(label: str, kind: str, payload: dict[str, Any], **look: Any) -> Part:
    return {"type": "Button", "label": label, "size": "sm", "onClickAction": action(kind, payload), **look}


def action(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Return the action with ChatKit's defaults written out, as it also comes back from the store."""
    return ActionConfig(type=kind, payload=payload).model_dump(mode="json", by_alias=True)


def payload_of(model: type[Payload], sent: Action[str, Any]) -> Payload:
    """Return the payload of a received action; raise BadRequest for another one."""
    try:
        return model.model_validate(sent.payload)
    except ValidationError as error:
        names = ", ".join(model.model_fields)
        raise BadRequest(gettext("The action's payload must hold exactly: {names}.", names=names)) from error
