"""`make check`'s audit of the page's packages: their known vulnerabilities, as `bun audit` reports them.

bun exits with 1 both for a vulnerability and without an answer; only the former has an output. It asks the registry
that it installs from (`BUN_CONFIG_REGISTRY`, or .npmrc).
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

UNANSWERED = "error: POST "
"""How bun's error output begins if the registry cannot be reached or answers with an HTTP error."""
SECONDS = 60
"""The longest wait: bun repeats a request that gets no answer."""


def main(folder: str) -> None:
    """Print the vulnerabilities of the folder's bun.lock; exit with 1 if there are any or the audit failed."""
    found = _found(folder)
    if found is None:
        print("Known vulnerabilities of the page's packages: not checked, their registry does not list them")
        return
    print("\n".join([*found, f"Known vulnerabilities of the page's packages: {len(found)}"]))
    sys.exit(bool(found))


def _found(folder: str) -> list[str] | None:
    """Return a line for each vulnerability; None if the registry does not answer."""
    command = [Path(sys.executable).with_name("bun"), "audit", "--json"]
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    if ran.stdout.strip():
        return _lines(json.loads(ran.stdout))
    if ran.stderr.startswith(UNANSWERED):
        return None
    sys.exit(ran.stderr or f"bun audit ended with {ran.returncode}, without a word")


def _lines(advisories: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Return a line for each vulnerability, with the versions that have it and where to read more."""
    return [
        f"{package} {found['vulnerable_versions']}: {found['severity']}, {found['title']} ({found['url']})"
        for package, of_package in sorted(advisories.items())
        for found in of_package
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
