"""Imports the chat fixtures for this folder."""

from tests.chatting import _standin as _standin
from tests.chatting import chat as chat
from tests.chatting import configure as configure
from tests.chatting import drain as drain
from tests.chatting import gemini as gemini
from tests.chatting import offline as offline
from tests.chatting import other_chat as other_chat
