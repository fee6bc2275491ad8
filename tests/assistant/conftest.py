"""The chat fixtures, and a model's client without long pauses."""

import pytest

from taskchat_app.assistant.gemini import client
from tests.chatting import _standin as _standin
from tests.chatting import chat as chat
from tests.chatting import configure as configure
from tests.chatting import drain as drain
from tests.chatting import gemini as gemini
from tests.chatting import offline as offline
from tests.chatting import other_chat as other_chat


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_PAUSE_SECONDS", 0.005)
