"""Marks tests that need programs of the system."""

import os
import shutil

import pytest


def needs(*names: str) -> pytest.MarkDecorator:
    """Return the mark of tests that need programs: without one they are skipped, but fail in CI, which installs it."""
    lacking = [name for name in names if shutil.which(name) is None]
    reason = f"needs {' and '.join(lacking)}, which .ci/run installs"
    return pytest.mark.skipif(bool(lacking) and not os.environ.get("CI"), reason=reason)
