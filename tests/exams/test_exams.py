"""The exams of `make exam`, with a file as ctparse's."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from tests.exams import __main__ as exams
from tests.exams import ctparse, duckling, recognizers, sources, xsid

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
    disputed = tmp_path / "disputed.txt"
    disputed.write_text("Why\n    2017-11-24 | am 3. oder so\n    2017-11-24 | 10.12. um ca. 18:00 Uhr\n")
    monkeypatch.setattr(ctparse, "DISPUTED", disputed)
    path = tmp_path / ctparse.SOURCE.name
    path.write_text(content)
    return path


@pytest.mark.soak
def test_an_exam_counts_each_outcome(kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    own = [name for name in exams.EXAMS if not re.search("Duckling|Recognizers|xSID", name)]
    monkeypatch.setattr(exams, "EXAMS", {name: exams.EXAMS[name] for name in own})
    assert exams.main() == 0
    lines = {line[:50].strip(): line[50:].split() for line in capsys.readouterr().out.splitlines()}
    assert lines["German dates (ctparse, MIT)"] == ["33.3", "66.7", "0.0", "0.0", "3"]
    assert lines["German dates (ctparse, MIT), gold not disputed"] == ["50.0", "50.0", "0.0", "0.0", "2"]
    assert lines["German dates (ctparse, MIT), kept"] == ["100.0", "0.0", "0.0", "0.0", "1"]
    assert lines["English dates (ctparse, MIT), kept"] == ["0.0", "0.0", "0.0", "100.0", "1"]
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


def test_ducklings_examples_are_days_and_times_to_come_and_what_is_no_date(kept: Path, monkeypatch: pytest.MonkeyPatch):
    source = _haskell(negative=["5 books"], examples={"2013, 2, 13, 0, 0, 0) Day": ["tomorrow"]})
    source += _haskell(examples={"2013, 2, 11, 0, 0, 0) Day": ["yesterday"], "2013, 2, 12, 15, 0, 0) Hour": ["at 3pm"]})
    _keep(source, duckling.SOURCES["en"], kept, monkeypatch)
    found = {each.text: each.outcome() for each in duckling.expressions("en")}
    assert found == {"tomorrow": ("right", "2013-02-13"), "at 3pm": ("right", ANY), "5 books": ("right", "")}


def test_recognizers_sentences_have_one_date_or_none(kept: Path, monkeypatch: pytest.MonkeyPatch):
    date = {"timex": "", "type": "date"}
    rows = [
        _recognized("Back on 14 nov", "date", {**date, "value": "2015-11-14"}, {**date, "value": "2016-11-14"}),
        _recognized("Back at 7:56 pm", "time", {"type": "time", "value": "19:56:30"}),
        _recognized("Out for 3 days", "duration", {"type": "duration", "value": "259200"}),
        {**_recognized("Deliver toys", "date"), "Results": []},
    ]
    _keep("\ufeff" + json.dumps(rows), recognizers.SOURCE, kept, monkeypatch)
    assert [(each.text, each.outcome()[0]) for each in recognizers.expressions()] == [
        ("Back on 14 nov", "right"),
        ("Back at 7:56 pm", "right"),
        ("Deliver toys", "right"),
    ]


def test_xsids_sentences_about_reminders_are_counted_by_intent(kept: Path, monkeypatch: pytest.MonkeyPatch):
    said = [
        ("remind me to buy milk tomorrow", "reminder/set_reminder"),
        ("delete 3", "reminder/set_reminder"),
        ("party planning with Tom", "reminder/set_reminder"),
        ("colourless green ideas?", "reminder/show_reminders"),
        ("show my reminders", "reminder/show_reminders"),
        ("is it raining?", "weather/find"),
    ]
    content = "\n\n".join(f"# intent = {intent}\n# text-en: x\n# text: {text}\n1\tx" for text, intent in said)
    _keep(content, xsid.SOURCES["en.valid"], kept, monkeypatch)
    assert xsid.exam("en.valid") == {"right": 2, "wrong": 1, "asked": 1, "not understood": 1}


def _haskell(*, examples: dict[str, list[str]], negative: Sequence[str] = ()) -> str:
    rows = [f"examples (datetime ({meant})\n [ {_quoted(texts)} ]" for meant, texts in examples.items()]
    return f"negativeCorpus = (context)\n [ {_quoted(negative)} ]\n" + "\n".join(rows)


def _quoted(texts: Sequence[str]) -> str:
    return "\n , ".join(f'"{text}"' for text in texts)


def _recognized(text: str, kind: str, *values: dict[str, str]) -> dict[str, Any]:
    result = {"TypeName": f"datetimeV2.{kind}", "Resolution": {"values": values}}
    return {"Input": text, "Context": {"ReferenceDateTime": "2016-11-07T00:00:00"}, "Results": [result]}


def _keep(content: str, source: sources.Source, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the content as the file of the source."""
    (kept.parent / source.name).write_text(content)
    monkeypatch.setattr(sources.Source, "text", lambda each: (kept.parent / each.name).read_text())
