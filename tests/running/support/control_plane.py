"""A stand-in for the control plane of `reflex deploy`, over HTTP; its answers follow the types of reflex_build_sdk."""

import http.server
import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

from tests.serving import http_server

ID = str(uuid.UUID(int=1))
APP: dict[str, Any] = {
    "id": ID,
    "name": "taskchat",
    "description": "",
    "project_id": ID,
    "org_id": ID,
    "provider": "fly",
    **dict.fromkeys(("full_deploy", "disable_secrets", "weekly_report_enabled", "has_deployments"), False),
    **dict.fromkeys(("min_instances", "max_instances", "source_thread_id", "unreleased_provider"), None),
    **dict.fromkeys(("backend_url", "latest_deployment"), None),
    **{f"any_environment_{state}": False for state in ("live", "stopped", "paused", "credit_paused")},
}


class ControlPlane:
    """Records what was deployed: `form` of the submission, and the uploaded `archives` by name."""

    def __init__(self, page: str, api: str) -> None:
        self._urls = {"server": api, "hostname": page}
        self.origin = ""
        self.form: dict[str, str] = {}
        self.archives: dict[str, bytes] = {}
        self.paths: list[str] = []

    def answer(self, method: str, path: str, body: bytes) -> Any:
        """Return the JSON of an answer; None is an empty one."""
        self.paths.append(f"{method} {path}")
        routes: dict[str, Callable[[], Any]] = {
            r"POST /api/v1/authenticate/me": lambda: {"user_id": ID, "org_id": ID, "email": "me@x.org", "tier": "Pro"},
            r"GET /api/v1/apps/search": list,
            r"POST /api/v1/apps": lambda: {"id": ID},
            rf"GET /api/v1/apps/{ID}": lambda: APP,
            r"POST /api/v1/apps/reserve": lambda: self._urls,
            r"POST /api/v1/deployments/reserve": self._reserve,
            r"PUT /upload/(\w+)": lambda: self.archives.update({path.rsplit("/", 1)[1]: body}),
            r"POST /api/v1/deployments": lambda: self._submit(body),
            rf"GET /api/v1/deployments/{ID}/status": lambda: "Deployment completed successfully",
        }
        for pattern, made in routes.items():
            if re.fullmatch(pattern, f"{method} {path}"):
                return made()
        return None

    def _reserve(self) -> dict[str, Any]:
        targets = {name: {"url": f"{self.origin}/upload/{name}", "headers": {}} for name in ("backend", "frontend")}
        return {"deployment_id": ID, **targets}

    def _submit(self, body: bytes) -> str:
        self.form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return ID


@contextmanager
def control_plane(page: str, api: str) -> Iterator[ControlPlane]:
    """Serve a control plane on 127.0.0.1 that reserves these two addresses."""
    plane = ControlPlane(page, api)

    class Handler(http.server.BaseHTTPRequestHandler):
        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = json.dumps(plane.answer(self.command, self.path.split("?")[0], body)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = _respond  # noqa: N815 -- the base class's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
            pass

    with http_server(Handler) as port:
        plane.origin = f"http://127.0.0.1:{port}"
        yield plane
