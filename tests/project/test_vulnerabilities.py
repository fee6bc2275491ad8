"""The audits of `make check`, with a service that knows vulnerabilities, knows none, or cannot be reached."""

import http.server
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.serving import PROJECT, http_server

pytestmark = pytest.mark.soak

LOCK = f"""
first==1.0 --hash=sha256:{"0" * 64}
second==2.0 --hash=sha256:{"1" * 64}
"""
OF_PYTHON = {
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
OF_PAGE = {
    "id": 1, "url": "https://example.org/GHSA-1", "title": "Something is wrong", "severity": "high",
    "vulnerable_versions": "<99", "cwe": [], "cvss": {"score": 0, "vectorString": None},
}  # fmt: skip
Ran = subprocess.CompletedProcess[str]


def run(module: str, audited: Path, **environment: str) -> Ran:
    """Run the audit of the lock or folder."""
    command = [sys.executable, "-m", f"tests.project.{module}", str(audited)]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def audit(folder: Path, lock: str = LOCK, **environment: str) -> Ran:
    (folder / "lock").write_text(lock)
    return run("vulnerabilities", folder / "lock", XDG_CACHE_HOME=str(folder), **environment)


def audit_with(folder: Path, known: dict[str, Any], status: int = 200) -> Ran:
    """Audit with an OSV service that knows these vulnerabilities, by package."""
    with service(lambda query: known.get(json.loads(query)["package"]["name"], {}), status) as url:
        return audit(folder, PIP_AUDIT_VULNERABILITY_SERVICE="osv", PIP_AUDIT_OSV_URL=url)


def audit_page(folder: Path, known: dict[str, Any], status: int = 200) -> Ran:
    """Audit the page's packages with a registry that knows these vulnerabilities, by package."""
    with service(lambda _: known, status) as url:
        return run("page_vulnerabilities", folder, BUN_CONFIG_REGISTRY=url)


@contextmanager
def service(answer: Callable[[bytes], Any], status: int) -> Iterator[str]:
    """Serve this answer to each query meanwhile; yield the address."""

    class Service(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer(query)).encode())

    with http_server(Service) as port:
        yield f"http://127.0.0.1:{port}"


def test_a_vulnerability_fails_and_is_named(tmp_path: Path):
    for ran, lines in (
        (
            audit_with(tmp_path, {"second": {"vulns": [OF_PYTHON]}}),
            ["second 2.0: PYSEC-2026-1, CVE-2026-1; fixed in 2.1", "Known vulnerabilities: 1 in 2 of 2 packages"],
        ),
        (
            audit_page(PROJECT / "reflex.lock", {"react": [OF_PAGE]}),
            [
                "react <99: high, Something is wrong (https://example.org/GHSA-1)",
                "Known vulnerabilities of the page's packages: 1",
            ],
        ),
    ):
        assert (ran.stdout.splitlines(), ran.returncode) == (lines, 1)


def test_no_vulnerability_passes(tmp_path: Path):
    ran = audit_with(tmp_path, {})
    assert (ran.returncode, ran.stdout) == (0, "Known vulnerabilities: 0 in 2 of 2 packages\n")
    ran = audit_page(PROJECT / "reflex.lock", {})
    assert (ran.returncode, ran.stdout) == (0, "Known vulnerabilities of the page's packages: 0\n")


def test_a_service_out_of_reach_or_without_a_list_is_one_line_and_passes(tmp_path: Path):
    for ran in (audit(tmp_path, HTTPS_PROXY="http://127.0.0.1:9"), audit_with(tmp_path, {}, status=503)):
        told = "Known vulnerabilities: not checked, their list cannot be reached\n"
        assert (ran.returncode, ran.stdout) == (0, told)
    ran = audit_page(PROJECT / "reflex.lock", {}, status=405)
    assert ran.returncode == 0
    assert "not checked" in ran.stdout


def test_a_lock_without_hashes_and_a_folder_without_a_lock_fail(tmp_path: Path):
    ran = audit(tmp_path, "first==1.0\n")
    assert ran.returncode == 1
    assert "hash" in ran.stderr
    (tmp_path / "page").mkdir()
    ran = audit_page(tmp_path / "page", {})
    assert ran.returncode == 1
    assert ran.stderr
