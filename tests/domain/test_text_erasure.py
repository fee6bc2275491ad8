"""The erasure of texts in JSON of any form; tests/api/chat/test_text_erasure.py erases those of real conversations."""

from typing import Any

from taskchat_app.assistant.account_data.record_reader import NESTED_MAX
from taskchat_app.domain.text_erasure import _TaskTexts


def test_a_number_of_another_form_names_no_task():
    for number in ([1], {"a": 1}, None, "1", 1.5):
        fields = {"number": number, "title": "Milk", "value": "#1 x"}
        assert _TaskTexts([1]).erased(fields) == {"number": number, "title": "Milk", "value": "#1"}
        assert _TaskTexts([1]).erased({"number": 1} | {"task_id": number, "title": "Milk"})["title"] == ""


def test_texts_are_erased_as_deep_as_json_is_stored_and_what_was_passed_stays():
    value: Any = {"number": 1, "title": "Milk", "lines": ["#1 Milk", "#2 Tea"]}
    for _ in range(NESTED_MAX // 2):
        value = {"in": [value]}
    erased = _TaskTexts([1]).erased(value)
    while "in" in erased:
        [erased] = erased["in"]
    assert erased == {"number": 1, "title": "", "lines": ["#1", "#2 Tea"]}
    value = {"tasks": [{"number": 1, "title": "Milk"}], "line": "#1 Milk"}
    assert _TaskTexts([1]).erased(value) == {"tasks": [{"number": 1, "title": ""}], "line": "#1"}
    assert value == {"tasks": [{"number": 1, "title": "Milk"}], "line": "#1 Milk"}
