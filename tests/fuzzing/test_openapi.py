"""Requests generated from the OpenAPI document: responses match it and are never server errors."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzzing.serving import api_server

pytestmark = pytest.mark.soak

SEED = os.environ.get("FUZZ_SEED", "1")
"""Another seed generates other requests: `FUZZ_SEED=7 pytest tests/fuzzing`."""
EXAMPLES = os.environ.get("FUZZ_EXAMPLES") or "3"
PHASES = "examples,coverage,fuzzing"
"""`make soak` sends each route one valid and one invalid request; the boundaries of all values take minutes."""
STREAM = "/api/events"  # never ends
STATEFUL = "positive_data_acceptance"
"""Excluded: a valid request is 422 if, say, the task has no date, the time has passed or the key was used."""


@pytest.fixture
def origin() -> Iterator[str]:
    with api_server() as origin:
        yield origin


@pytest.mark.timeout(900)
def test_the_api_conforms_to_its_openapi_document(origin: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{origin}/api/openapi.json"]
    command += ["--checks", "all", "--exclude-checks", STATEFUL, "--exclude-path", STREAM, "--phases", PHASES]
    command += ["--max-examples", EXAMPLES, "--seed", SEED, "--no-color", "--warnings", "off", "--no-shrink"]
    environment = os.environ | {
        "FUZZED_ORIGIN": origin,
        "SCHEMATHESIS_HOOKS": "tests.fuzzing.hooks",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
