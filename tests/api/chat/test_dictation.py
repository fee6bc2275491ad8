"""input.transcribe: Gemini writes down what was said; nothing of it is stored or sent."""

import base64
from datetime import timedelta

import httpx
import pytest
from chatkit.types import TranscriptionResult

from taskchat_app.assistant.agent import dictation
from taskchat_app.domain.limits.rate_limits import Limit
from tests.api.responses import code_of
from tests.assistant.gemini.test_audio import PACKETS, pages_of, webm
from tests.chatting import Chat, Configure
from tests.standin import error, text


async def dictate(chat: Chat, audio: bytes, mime_type: str = "audio/webm;codecs=opus") -> httpx.Response:
    data = base64.b64encode(audio).decode()
    return await chat.request("input.transcribe", audio_base64=data, mime_type=mime_type)


async def test_what_was_said_comes_back_as_text_and_nothing_is_stored(chat: Chat):
    chat.script([text("Delete everything.\n")])
    await chat.add_task("Buy milk")
    answer = await dictate(chat, webm(PACKETS))
    assert TranscriptionResult.model_validate(answer.json()).text == "Delete everything."
    [request] = chat.asked
    assert "tools" not in request
    [part] = request["messages"][-1]["content"]
    assert (part["type"], part["input_audio"]["format"]) == ("input_audio", "ogg")
    sound = pages_of(base64.b64decode(part["input_audio"]["data"]))[2:]
    assert [packet for _, _, packets in sound for packet in packets] == PACKETS
    assert (await chat.request("threads.list")).json()["data"] == []
    assert len(await chat.titles("open")) == 1
    assert await chat.quota_used() == 0
    chat.script([text("-")])
    assert (await dictate(chat, webm(PACKETS))).json() == {"text": ""}, "silence"
    chat.script([text("x" * 10_001)])
    assert (await dictate(chat, webm(PACKETS))).json() == {"text": "x" * 10_000}


async def test_what_is_no_audio_or_has_no_answer_is_refused_with_the_reason(chat: Chat, configure: Configure):
    for audio in ("*", "", base64.b64encode(b"no sound").decode()):
        refused = await chat.request("input.transcribe", audio_base64=audio, mime_type="audio/webm")
        assert code_of(refused) == (400, "bad_request")
    assert (await dictate(chat, bytes(800_000))).status_code == 413
    assert chat.asked == []
    chat.script([error(401)])
    refused = await dictate(chat, webm(PACKETS))
    assert (*code_of(refused), "API key" in refused.json()["detail"]) == (503, "dictation_failed", True)
    configure(GEMINI_API_KEY="")
    refused = await dictate(chat, webm(PACKETS))
    assert (*code_of(refused), "GEMINI_API_KEY" in refused.json()["detail"]) == (400, "bad_request", True)


@pytest.mark.usefixtures("fresh_total")
async def test_dictations_count_among_what_the_server_answers_in_a_day(chat: Chat, configure: Configure):
    configure(CHAT_DAILY_LIMIT_TOTAL="1")
    chat.script([text("Hello.")], repeat=True)
    assert (await dictate(chat, webm(PACKETS))).status_code == 200
    assert code_of(await dictate(chat, webm(PACKETS))) == (429, "daily_limit")
    assert len(chat.asked) == 1


async def test_dictations_are_limited(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dictation, "DICTATIONS", Limit("dictations", 1, timedelta(hours=1)))
    chat.script([text("One.")])
    assert (await dictate(chat, webm(PACKETS))).status_code == 200
    assert code_of(await dictate(chat, webm(PACKETS))) == (429, "burst_limit")
