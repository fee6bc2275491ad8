"""The command prints what it found and returns an exit code."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import uvicorn

from taskchat_app.conformance import suite
from taskchat_app.conformance.__main__ import main
from tests.conformance.alteration import Altered
from tests.conformance.broken_answers import header
from tests.conformance.broken_requests import when
from tests.conformance.reference_server import PROMPTS, build_reference
from tests.serving import PROJECT, free_port

ARGUMENTS = [f"--prompt={name}={text}" for name, texts in PROMPTS.items() for text in texts]


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """A correct server, and at /broken one whose streams may be cached."""
    without_cache_control = when(lambda call: call.is_stream, header("cache-control", None))
    broken: Any = Altered(build_reference(), after=without_cache_control)
    correct = build_reference()
    correct.mount("/broken", broken)
    server = uvicorn.Server(uvicorn.Config(correct, port=free_port(), log_level="critical", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{server.config.port}"
    server.should_exit = True
    thread.join()


def test_a_correct_server_exits_with_0_and_a_table(origin: str, capsys: pytest.CaptureFixture[str]):
    tokens = ["--token=owner-token", "--other-token=other-token"]
    assert main([f"{origin}/api/chatkit", *tokens, *ARGUMENTS]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == "result check expected what came source of the rule".split()
    assert lines[-1] == f"{len(suite.CHECKS)} passed, 0 failed, 0 skipped"


def test_a_broken_server_exits_with_1_and_its_breach_as_json(origin: str, capsys: pytest.CaptureFixture[str]):
    assert main([f"{origin}/broken/api/chatkit", "--token=owner-token", "--without=sending", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    checks = {one["name"]: one for one in found["checks"]}
    [failed] = [one for one in found["checks"] if one["outcome"] == "failed"]
    assert failed["name"] == "stream.not_cached"
    assert failed["found"].startswith("threads.create: no Cache-Control")
    assert failed["source"].startswith("RFC 9111")
    assert checks["isolation.list"]["found"] == "--other-token was not given."
    assert checks["sending.same_key"]["found"] == "Left out with --without."
    assert found["failed"] == 1


@pytest.mark.soak
def test_threads_that_the_checks_made_are_deleted(origin: str):
    main([f"{origin}/api/chatkit", "--token=owner-token"])
    listing = {"type": "threads.list", "params": {}}
    bearer = {"Authorization": "Bearer owner-token"}
    left = httpx2.post(f"{origin}/api/chatkit", json=listing, headers=bearer, verify=False)
    assert left.json()["data"] == []


@pytest.mark.parametrize("url", ["nonsense", "http://127.0.0.1:1/api/chatkit", "http://[", "ftp://127.0.0.1/"])
def test_an_unreachable_server_exits_with_2(url: str, capsys: pytest.CaptureFixture[str]):
    assert main([url]) == 2
    assert capsys.readouterr().err.startswith(f"{url} cannot be reached: ")


@pytest.mark.parametrize("arguments", [[], ["http://x", "--prompt=hello"], ["http://x", "--without=nothing"]])
def test_wrong_usage_exits_with_2(arguments: list[str]):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_the_documentation_lists_each_check_with_its_rule_and_source():
    page = (PROJECT / "docs/conformance.md").read_text()
    rows = [f"| `{one.name}` | {one.expected} | {one.source} |" for one in suite.CHECKS]
    assert [line for line in page.partition("## The checks")[2].splitlines() if line.startswith("| `")] == rows
