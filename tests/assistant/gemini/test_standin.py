"""The stand-in as a separate process, as the benchmarks use it, and in this process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.assistant.gemini.conftest import model_at
from tests.standin import API_KEY, hold_after, last_user_text, text
from tests.standin.model_request import ask
from tests.standin.server import Standin


@pytest.fixture
def base_url(tmp_path: Path) -> Iterator[str]:
    script = tmp_path / "replies.json"
    script.write_text(json.dumps({"replies": [text("From the file.")], "repeat": True}))
    command = [sys.executable, "-m", "tests.standin", "--port", "0", "--script", str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.terminate()


async def test_a_separate_process_is_controlled_over_http(base_url: str):
    root = base_url.removesuffix("/v1beta/openai/")
    async with model_at(base_url) as model, httpx.AsyncClient(base_url=root) as control:
        assert (await ask(model)).text == "From the file."
        assert (await ask(model)).text == "From the file."
        await control.post("/_control/script", json=[hold_after(text("One two", pieces=2), 1)])
        await control.post("/_control/release")
        assert (await ask(model, "Count")).text == "One two"
        recorded = (await control.get("/_control/requests")).json()
    assert [last_user_text(request) for request in recorded["requests"]] == ["Hello", "Hello", "Count"]
    assert recorded["refusals"] == []


async def test_a_script_can_be_a_function_and_a_wrong_key_and_an_exhausted_script_are_errors():
    with Standin() as standin:
        standin.script(lambda request: text(f"You said {last_user_text(request)}."))
        async with model_at(standin.base_url) as model:
            assert (await ask(model, "milk")).text == "You said milk."
            assert (await ask(model, "bread")).text == "You said bread."
        for api_key, code, script in (("wrong", "bad_key", [text("Never said.")]), (API_KEY, "bad_request", [])):
            standin.script(script)
            async with model_at(standin.base_url, api_key) as model:
                assert (await ask(model)).code == code
