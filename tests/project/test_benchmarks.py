"""Parts of the benchmarks: figures, reading a stream, and the bare ChatKit server for comparison."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.__main__ import BROWSER_MEASUREMENTS, MEASUREMENTS, run, select
from benchmarks.bare_chatkit import build_app
from benchmarks.chat import call_status, is_text
from benchmarks.figures import Row, percentile, table
from benchmarks.sizes import SMOKE
from tests.chatting import message
from tests.standin import Standin, last_user_text, text
from tests.standin.fixtures import gemini_standin, served

__all__ = ["gemini_standin", "served"]


async def ask(client: httpx.AsyncClient, words: str, thread_id: str | None = None) -> list[dict[str, Any]]:
    answer = await client.post("/api/chatkit", json=message(words, thread_id))
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line]


async def test_the_bare_server_streams_its_answers_and_remembers_the_thread(gemini_standin: Standin):
    gemini_standin.script([text("One moment.", pieces=3), text("Nothing.")])
    app = build_app(gemini_standin.base_url, gemini_standin.api_key)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bare") as client:
        first = await ask(client, "What is open?")
        second = await ask(client, "And what is done?", first[0]["thread"]["id"])
    deltas = [event["update"]["delta"] for event in first if is_text(event)]
    assert len(deltas) == 3
    assert "".join(deltas) == "One moment."
    assert any(is_text(event) for event in second)
    sent = gemini_standin.requests[1]
    assert last_user_text(sent) == "And what is done?"
    told = [message["content"] for message in sent["messages"][1:]]
    assert told == ["What is open?", "One moment.", "And what is done?"]


def test_a_tool_calls_status_is_read_from_workflow_events_alone():
    begun = {"type": "workflow", "workflow": {"tasks": [{"status_indicator": "loading"}]}}
    ended = {"type": "workflow.task.updated", "task": {"status_indicator": "complete"}}
    assert call_status({"type": "thread.item.added", "item": begun}) == "loading"
    assert call_status({"type": "thread.item.updated", "update": ended}) == "complete"
    assert call_status({"type": "thread.item.added", "item": {"type": "assistant_message"}}) is None
    assert call_status({"type": "thread.created"}) is None


def test_a_percentile_is_one_of_the_measured_values():
    assert percentile([0.1], 95) == 0.1
    assert percentile([float(number) for number in range(100, 0, -1)], 95) == 95.0
    assert percentile([1.0, 2.0, 3.0], 95) == 3.0


def test_a_ratio_compares_medians_so_that_one_outlier_does_not_count():
    row = Row("first token", ours=[0.003, 0.003, 9.0], baseline=[0.002, 0.002, 0.002], goal="≤ 1.5")
    assert row.cells() == ("first token", "3.0 ms", "9,000.0 ms", "2.0 ms", "1.50", "≤ 1.5")


def test_a_row_without_a_comparison_has_no_ratio_and_all_lines_have_one_width():
    lines = table([Row("session", [0.001]), Row("a longer name", [0.25], [0.1])]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[1].split() == ["session", "1.0", "ms", "1.0", "ms", "-", "-"]


def test_measurements_are_selected_by_name():
    assert [measure.__name__ for measure in select(["pages", "events"])] == ["events", "pages"]
    assert select([]) == list(MEASUREMENTS)
    with pytest.raises(SystemExit, match="memory"):
        select(["nothing"])


@pytest.mark.soak
@pytest.mark.server
def test_every_measurement_of_the_server_yields_figures(tmp_path: Path):
    """At the smallest sizes: a broken measurement fails, whatever the times are."""
    measurements = [measure for measure in MEASUREMENTS if measure not in BROWSER_MEASUREMENTS]
    rows, failed = run(measurements, SMOKE, tmp_path)
    assert failed == []
    assert all(row.ours for row in rows)
    written = json.loads((tmp_path / "results.json").read_text())
    assert [row["name"] for row in written["rows"]] == [row.name for row in rows]
    pictures = {path.stem for path in tmp_path.glob("*.png")}
    assert pictures == {curve["name"].replace(" ", "-") for curve in written["curves"]}
