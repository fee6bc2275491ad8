"""The exams of `make exam`, with a file as ctparse's."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.exams import __main__ as exams
from tests.exams import ctparse, sources

EXPRESSIONS = [
    ("10.12. um ca. 18:00 Uhr", "2017-12-10 18:00", "de", "2017-11-24T12:00:00"),
    ("4. Dezember", "2017-12-04 X:X", "de", "2017-11-24T12:00:00"),
    ("irgendwann", "2017-12-04 X:X", "de", "2017-11-24T12:00:00"),
    ("am 3. oder so", "2017-12-09 X:X", "de", "2017-11-24T12:00:00"),
    ("tomorrow at 3pm", "2017-11-25 16:00", "en", "2017-11-24T12:00:00"),
    ("tomorrow at 3pm", "2017-11-25 15:00", "en", "2017-11-24T12:00:00"),
]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rows = [
        {"text": text, "ref_time": said_at, "gold_parse": f"Time[]{{{gold} (X/X)}}", "language": language}
        for text, gold, language, said_at in EXPRESSIONS
    ]
    content = json.dumps(rows)
    monkeypatch.setattr(sources, "FOLDER", tmp_path)
    monkeypatch.setattr(ctparse, "SOURCE", replace(ctparse.SOURCE, sha256=hashlib.sha256(content.encode()).hexdigest()))
    path = tmp_path / ctparse.SOURCE.name
    path.write_text(content)
    return path


def test_an_exam_counts_what_is_right_asked_and_wrong(kept: Path, capsys: pytest.CaptureFixture[str]):
    assert exams.main() == 0
    lines = {line[:36].strip(): line[36:].split() for line in capsys.readouterr().out.splitlines()}
    assert lines["German dates (ctparse, MIT)"] == ["33.3", "66.7", "0.0", "0.0", "3"]
    assert lines["German dates, kept"] == ["100.0", "0.0", "0.0", "0.0", "1"]
    assert lines["English dates, kept"] == ["0.0", "0.0", "0.0", "100.0", "1"]
    right, asked, missed, wrong, count = map(float, lines["sentences (CLINC150, HWU64; CC BY)"])
    assert right + asked + missed + wrong == pytest.approx(100, abs=0.3)
    assert count > 300


def test_a_file_that_cannot_be_fetched_or_is_another_is_named(kept: Path, monkeypatch: pytest.MonkeyPatch):
    kept.write_text("[]")
    with pytest.raises(OSError, match="SHA-256 differs"):
        ctparse.SOURCE.text()
    kept.unlink()
    monkeypatch.setattr(ctparse, "SOURCE", replace(ctparse.SOURCE, address="http://127.0.0.1:1/none"))
    with pytest.raises(OSError, match="Put the file at"):
        ctparse.SOURCE.text()
