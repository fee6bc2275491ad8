"""Sends a state's vars only when their values change, and omits Reflex's vars of the page's address."""

from typing import Any

import reflex as rx
from reflex_base.constants import ROUTER_VARS
from reflex_base.constants.state import FIELD_MARKER

UNUSED = {f"{name}{FIELD_MARKER}" for name in (*ROUTER_VARS, "area", "thread_id")}
"""Reflex's vars about the address and the request, whose headers hold the login's cookie, and the parts of the route.

The page reads its address itself.
"""


class OnlyChanges(rx.State, mixin=True):
    """A state that sends a var only if its value changes. Reflex sends every var that is set."""

    def __setattr__(self, name: str, value: Any) -> None:
        held = vars(self)
        if name not in held or held[name] != value:
            super().__setattr__(name, value)


def leave_out_address() -> None:
    """Keep Reflex from sending the vars in UNUSED with each change of the address."""
    get_delta = rx.State.get_delta
    root = rx.State.get_full_name()

    def delta_without_address(self: rx.State) -> dict[str, dict[str, Any]]:
        delta = get_delta(self)
        used = {key: value for key, value in delta.pop(root, {}).items() if key not in UNUSED}
        if used:
            delta[root] = used
        return delta

    rx.State.get_delta = delta_without_address
