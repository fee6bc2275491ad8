"""The table of what is photographed; the modules of scenes fill it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.ui.gallery.cast import Role
from tests.ui.visitor import Visitor

Play = Callable[[Visitor], Awaitable[None]]


@dataclass(frozen=True)
class State:
    """One page in one state: whose it is, and how a visitor gets there."""

    name: str
    role: Role
    play: Play
    devices: tuple[str, ...] = ("desktop", "phone")
    kept_as: dict[str, str] = field(default_factory=dict[str, str])
    """Pictures that stand in docs/ as well: the picture's name to the file's."""


STATES: dict[str, State] = {}


def state(role: Role, *more_devices: str, **kept_as: str) -> Callable[[Play], Play]:
    """Enter a function into the table under its own name."""

    def enter(play: Play) -> Play:
        name = play.__name__.replace("_", "-")
        STATES[name] = State(name, role, play, ("desktop", *more_devices, "phone"), kept_as)
        return play

    return enter


async def show(person: Visitor, pane: str) -> None:
    """Go to the pane of this name where only one is shown at a time."""
    tab = person.page.get_by_role("navigation", name="Panes").get_by_role("button", name=pane)
    if await tab.is_visible():
        await tab.click()
