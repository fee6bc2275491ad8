"""Actions of ChatKit's widgets: what a click in a card sends."""

from typing import Any

from chatkit.actions import ActionConfig


def widget_action(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Return the action with ChatKit's defaults written out, as it also comes back from the store."""
    return ActionConfig(type=kind, payload=payload).model_dump(mode="json", by_alias=True)
