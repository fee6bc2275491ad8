"""The table of states to photograph; the scene modules fill it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.ui.gallery.cast import Role
from tests.ui.visitor import Visitor

Play = Callable[[Visitor], Awaitable[None]]


@dataclass(frozen=True)
class State:
    """A page in one state: its user, and how a visitor gets there."""

    name: str
    role: Role
    play: Play
    devices: tuple[str, ...] = ("desktop", "phone")
    kept_as: dict[str, str] = field(default_factory=dict[str, str])
    """Pictures that are also copied to docs/: the file name of each picture."""


STATES: dict[str, State] = {}


def state(role: Role, *more_devices: str, at: str = "", pane: str = "", **kept_as: str) -> Callable[[Play], Play]:
    """Add the function to the table under its name; the visitor opens this address and pane before."""

    def enter(play: Play) -> Play:
        async def begin_and_play(visitor: Visitor) -> None:
            if at:
                await visitor.open(at)
            if pane:
                await visitor.show_pane(pane)
            await play(visitor)

        name = play.__name__.replace("_", "-")
        STATES[name] = State(name, role, begin_and_play, ("desktop", *more_devices, "phone"), kept_as)
        return begin_and_play

    return enter
