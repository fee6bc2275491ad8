"""`make check`'s audit: known vulnerabilities of locked packages, as pip-audit reports them.

pip-audit exits with 1 both for a vulnerability and without its data, and with 0 if its service knows no package.
`PIP_AUDIT_VULNERABILITY_SERVICE` and `PIP_AUDIT_OSV_URL` choose another service.
"""

import json
import subprocess
import sys
from typing import Any

UNREACHABLE = ("requests.exceptions.", "Could not connect", "is not redirecting properly")
"""What pip-audit's error output contains if its service cannot be reached or answers with an HTTP error."""


def main(lock: str) -> None:
    """Print the vulnerabilities of the lock's packages; exit with 1 if there are any or the audit failed."""
    options = ["--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json", "--requirement", lock]
    ran = subprocess.run([sys.executable, "-m", "pip_audit", *options], capture_output=True, text=True, check=False)
    if not ran.stdout:
        if not any(sign in ran.stderr for sign in UNREACHABLE):
            sys.exit(ran.stderr)
        print("Known vulnerabilities: not checked, their list cannot be reached")
        return
    packages = json.loads(ran.stdout)["dependencies"]
    known = [package for package in packages if "skip_reason" not in package]
    if not known:
        print("Known vulnerabilities: not checked, the service knows none of the packages")
        return
    found = [line for package in known for line in _lines(package)]
    print("\n".join([*found, f"Known vulnerabilities: {len(found)} in {len(known)} of {len(packages)} packages"]))
    sys.exit(bool(found))


def _lines(package: dict[str, Any]) -> list[str]:
    """Return a line for each vulnerability of the package: its ids, and the versions without it."""
    return [
        f"{package['name']} {package['version']}: {', '.join([found['id'], *found['aliases']])}; "
        f"fixed in {', '.join(found['fix_versions']) or 'no version'}"
        for found in package["vulns"]
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
