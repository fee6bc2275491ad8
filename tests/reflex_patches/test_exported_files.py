"""Backups and homes of taskchat are left out of what `reflex export` and `reflex deploy` upload."""

from pathlib import Path

import pytest

from taskchat_app.reflex_patches.exported_files import _local_state

HOMES = "a/jwt_secret b/postgres/users.lock c/PG_VERSION"
FILES = "jwt_secret postgres.log .taskchat.backup d/old.backup.part"


def test_every_kind_of_local_state_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name in f"{HOMES} {FILES} rxconfig.py d/app.py".split():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert sorted(map(str, _local_state())) == sorted([*FILES.split(), "a", "b", "c"])
