"""The audit of the page's packages: with a registry that knows a vulnerability, knows none, or has no list."""

import http.server
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.serving import http_server

pytestmark = pytest.mark.soak

PROJECT = Path(__file__).parents[2]
VULNERABILITY = {
    "id": 1,
    "url": "https://example.org/GHSA-1",
    "title": "Something is wrong",
    "severity": "high",
    "vulnerable_versions": "<99",
    "cwe": [],
    "cvss": {"score": 0, "vectorString": None},
}


def audit(folder: Path, known: dict[str, Any], status: int = 200) -> subprocess.CompletedProcess[str]:
    """Audit the folder's lock with a registry that knows these vulnerabilities, by package."""

    class Registry(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(known).encode())

    with http_server(Registry) as port:
        return subprocess.run(
            [sys.executable, "-m", "tests.project.page_vulnerabilities", str(folder)],
            env={**os.environ, "BUN_CONFIG_REGISTRY": f"http://127.0.0.1:{port}"},
            capture_output=True,
            text=True,
            check=False,
        )


def test_a_vulnerability_fails_and_is_named():
    ran = audit(PROJECT / "reflex.lock", {"react": [VULNERABILITY]})
    assert ran.returncode == 1
    assert ran.stdout.splitlines() == [
        "react <99: high, Something is wrong (https://example.org/GHSA-1)",
        "Known vulnerabilities of the page's packages: 1",
    ]


def test_none_passes():
    ran = audit(PROJECT / "reflex.lock", {})
    assert ran.returncode == 0
    assert ran.stdout == "Known vulnerabilities of the page's packages: 0\n"


def test_a_registry_that_has_no_list_does_not_fail():
    ran = audit(PROJECT / "reflex.lock", {}, status=405)
    assert ran.returncode == 0
    assert "not checked" in ran.stdout


def test_an_audit_without_a_lock_fails(tmp_path: Path):
    ran = audit(tmp_path, {})
    assert ran.returncode == 1
    assert ran.stderr
