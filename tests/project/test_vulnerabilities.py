"""The audit of `make check`: pip-audit with a service that knows vulnerabilities, knows none, or cannot be reached."""

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

LOCK = f"""
first==1.0 --hash=sha256:{"0" * 64}
second==2.0 --hash=sha256:{"1" * 64}
"""
VULNERABILITY = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-1"],
    "summary": "Something is wrong",
    "affected": [
        {
            "package": {"name": "second", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.1"}]}],
        }
    ],
}


def audit(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "lock").write_text(LOCK)
    return subprocess.run(
        [sys.executable, "-m", "tests.project.vulnerabilities", str(folder / "lock")],
        env={**os.environ, "XDG_CACHE_HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def audit_with(folder: Path, known: dict[str, Any], status: int = 200) -> subprocess.CompletedProcess[str]:
    """Audit with an OSV service that knows these vulnerabilities, by package."""

    class Service(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(known.get(query["package"]["name"], {})).encode())

    with http_server(Service) as port:
        url = f"http://127.0.0.1:{port}"
        return audit(folder, PIP_AUDIT_VULNERABILITY_SERVICE="osv", PIP_AUDIT_OSV_URL=url)


def test_a_vulnerability_fails_and_is_named(tmp_path: Path):
    ran = audit_with(tmp_path, {"second": {"vulns": [VULNERABILITY]}})
    assert ran.returncode == 1
    assert ran.stdout.splitlines() == [
        "second 2.0: PYSEC-2026-1, CVE-2026-1; fixed in 2.1",
        "Known vulnerabilities: 1 in 2 of 2 packages",
    ]


def test_no_vulnerability_passes(tmp_path: Path):
    ran = audit_with(tmp_path, {})
    assert (ran.returncode, ran.stdout) == (0, "Known vulnerabilities: 0 in 2 of 2 packages\n")


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", None])
def test_a_service_out_of_reach_is_one_line_and_passes(tmp_path: Path, proxy: str | None):
    ran = audit(tmp_path, HTTPS_PROXY=proxy) if proxy else audit_with(tmp_path, {}, status=503)
    assert (ran.returncode, ran.stdout) == (0, "Known vulnerabilities: not checked, their list cannot be reached\n")


def test_a_lock_without_hashes_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(f"{__name__}.LOCK", "first==1.0\n")
    ran = audit(tmp_path)
    assert ran.returncode == 1
    assert "hash" in ran.stderr
