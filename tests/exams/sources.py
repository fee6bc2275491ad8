"""Files of other projects that the exams use: fetched once at a fixed commit, and checked."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import httpx

FOLDER = Path(__file__).parents[2] / ".exams"
"""Keeps what was fetched; not in the repository."""
TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Source:
    """A file, kept by its name, with the SHA-256 of its bytes."""

    name: str
    address: str
    sha256: str

    def text(self) -> str:
        """Return its text, fetched unless it is kept; raise OSError with what to do if it cannot be or is another."""
        path = FOLDER / self.name
        if not path.exists():
            FOLDER.mkdir(exist_ok=True)
            try:
                fetched = httpx.get(self.address, timeout=TIMEOUT_SECONDS, follow_redirects=True).raise_for_status()
            except httpx.HTTPError as error:
                raise OSError(f"Cannot fetch {self.address} ({error}). Put the file at {path}.") from error
            path.write_bytes(fetched.content)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise OSError(f"{path} is not the file of {self.address}: its SHA-256 differs. Delete it.")
        return content.decode()
