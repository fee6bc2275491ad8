"""What makes a correct server break one rule."""

from dataclasses import dataclass

from tests.conformance.alteration import Alter
from tests.conformance.reference_server import Endpoint, ReferenceServer


@dataclass(frozen=True)
class Breakage:
    """One alteration, and the checks that fail because of it."""

    name: str
    """What the server does."""
    check: str
    before: Alter | None = None
    after: Alter | None = None
    also: tuple[str, ...] = ()
    """Checks that fail as a consequence."""
    server: type[ReferenceServer] = ReferenceServer
    endpoint: type[Endpoint] = Endpoint
