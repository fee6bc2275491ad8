"""The users of the pictures, and their data."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import httpx

from tests.chatting import message
from tests.serving import Server
from tests.ui.visitor import PASSWORD


class Role(Enum):
    """A user with an account; visitors of the sign-in page have none."""

    STRANGER = "stranger"
    NEWCOMER = "newcomer"
    ADA = "ada"
    TALKER = "talker"
    DOER = "doer"
    COLLECTOR = "collector"
    WORDY = "wordy"
    GERMAN = "german"
    STRANDED = "stranded"


WITHOUT_A_KEY = {Role.STRANGER, Role.NEWCOMER, Role.DOER, Role.STRANDED}
"""The users of the offline assistant."""

EARLIER = ("Plan the week", "What is overdue?", "Ideas for mum's birthday")
NOTES = "Near the river, **two nights**.\n\n- late arrival, after 22:00\n- quiet room\n- breakfast"
LONG_TITLE = "Ask whether " + "the very long title of a task that somebody pasted from a letter " * 3 + "still fits"


async def sign_up(server: Server, role: Role) -> str:
    """Create the account with its data; return the token of its login."""
    body = {"email": f"{role.value}@example.org", "password": PASSWORD, "timezone": "UTC"}
    async with httpx.AsyncClient(base_url=server.origin, timeout=30) as client:
        token = (await client.post("/api/auth/register", json=body)).raise_for_status().json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        if role in _PASTS:
            await _PASTS[role](client)
    return token


def _day(ahead: int, clock: str = "") -> str:
    day = (datetime.now(UTC) + timedelta(days=ahead)).date().isoformat()
    return f"{day}T{clock}:00Z" if clock else day


async def _add(client: httpx.AsyncClient, title: str, **task: Any) -> int:
    answer = await client.post("/api/tasks", json={"title": title, **task})
    return answer.raise_for_status().json()["number"]


async def say(client: httpx.AsyncClient, words: str) -> None:
    """Start a conversation with this message."""
    (await client.post("/api/chatkit", json=message(words))).raise_for_status()


async def _everyday(client: httpx.AsyncClient) -> None:
    await _add(client, "Water the plants", recurrence="FREQ=WEEKLY;BYDAY=SU", tags=["home"])
    await _add(client, "Renew passport", due_at=_day(-2), priority="high")
    await _add(client, "Pay rent", recurrence="FREQ=MONTHLY;BYMONTHDAY=1", tags=["home"])
    hotel = await _add(client, "Book the hotel in Lisbon", due_at=_day(5, "18:00"), tags=["travel"], description=NOTES)
    await client.put(f"/api/tasks/{hotel}/reminder", json={"before": "1_hour"})
    await _add(client, "Read “The Overstory”", priority="low")
    await _add(client, "Prepare slides for Monday's review", due_at=_day(1, "16:00"), priority="high", tags=["work"])
    await _add(client, "Return the library books", due_at=_day(0))
    done = await _add(client, "Buy a birthday card for mum", tags=["home"])
    await client.post(f"/api/tasks/{done}/complete", json={})
    gone = await _add(client, "Cancel the gym")
    await client.delete(f"/api/tasks/{gone}")


async def _everyday_and_talk(client: httpx.AsyncClient) -> None:
    await _everyday(client)
    for words in EARLIER:
        await say(client, words)


async def _many(client: httpx.AsyncClient) -> None:
    for number in range(66):
        tags = [("home", "work", "garden", "travel", "reading")[number % 5]] if number % 3 else []
        due = {"due_at": _day(number // 4 - 2)} if number % 4 else {}
        priority = ("high", "medium", "medium", "low")[number % 4]
        await _add(client, f"Step {number + 1} of the move", tags=tags, priority=priority, **due)


async def _awkward(client: httpx.AsyncClient) -> None:
    await _add(client, "Short one")
    await _add(client, LONG_TITLE[:255], due_at=_day(1), priority="high")
    await _add(client, "Donaudampfschifffahrtsgesellschaft" * 7, tags=["a" * 50])
    await _add(client, "Twenty tags", tags=[f"tag-number-{number}" for number in range(1, 21)], due_at=_day(2, "09:30"))
    await _add(client, "🎂 Cake 🥳🎈 for 👩‍👩‍👧‍👦 and 🇵🇹", tags=["🎉"])
    await _add(client, "לקנות חלב ולחם בדרך הביתה", due_at=_day(0), tags=["בית"])
    await _add(client, "اتصل بالطبيب يوم الجمعة", priority="low")
    await say(client, LONG_TITLE)
    await say(client, "W" * 200)
    await say(client, "לקנות חלב ולחם בדרך הביתה מחר בבוקר לפני העבודה")


async def _german(client: httpx.AsyncClient) -> None:
    (await client.patch("/api/auth/me", json={"language": "de"})).raise_for_status()
    await _add(client, "Steuererklärung abgeben", due_at=_day(-2), priority="high", tags=["Haushalt"])
    await _add(client, "Blumen gießen", due_at=_day(1), recurrence="FREQ=WEEKLY", tags=["Haushalt"])
    await _add(client, "Geburtstagsgeschenk für die Schwiegermutter besorgen", due_at=_day(0), priority="low")
    await say(client, "Was ist diese Woche fällig?")


_PASTS: dict[Role, Callable[[httpx.AsyncClient], Awaitable[None]]] = {
    Role.ADA: _everyday_and_talk,
    Role.TALKER: _everyday_and_talk,
    Role.DOER: _everyday,
    Role.COLLECTOR: _many,
    Role.WORDY: _awkward,
    Role.GERMAN: _german,
    Role.STRANDED: _everyday,
}
