"""Recognizers-Text's specification of "Tasks mode": sentences about tasks in English (Microsoft, MIT licence).

The exam takes those with one date or time, and those without any; a period or a repetition has no single date.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from tests.exams.expressions import KEPT, Expression, Meaning
from tests.exams.sources import Source

SOURCE = Source(
    "recognizers_tasks.json",
    "https://raw.githubusercontent.com/microsoft/Recognizers-Text/90e968ea44dc8fda3f2e1c3e4b20aa233817488d/Specs/DateTime/English/DateTimeModelTasksMode.json",
    "dbd4569d30903af91540c75cb3cf2ec1c307e454f0b2175ea864f7208c528068",
)
KINDS = ("datetimeV2.date", "datetimeV2.datetime", "datetimeV2.time")


def expressions() -> Iterator[Expression]:
    for index, row in enumerate(json.loads(SOURCE.text().removeprefix("\ufeff"))):
        said_at = datetime.fromisoformat(row["Context"]["ReferenceDateTime"]).replace(tzinfo=UTC)
        results: list[dict[str, Any]] = row["Results"]
        if len(results) > 1 or any(result["TypeName"] not in KINDS for result in results):
            continue
        values = [value for result in results for value in result["Resolution"]["values"]]
        meanings = tuple(meant for value in values if (meant := _meaning(value, said_at)) is not None)
        if meanings or not results:
            yield Expression(row["Input"], "en", said_at, meanings, index % KEPT == 0)


def _meaning(value: dict[str, str], said_at: datetime) -> Meaning | None:
    """Return the meaning of a value to come; None for one of the past."""
    if value["type"] == "time":
        at = datetime.combine(said_at.date(), time.fromisoformat(value["value"]), UTC)
        at += timedelta(days=at < said_at)
        return Meaning(at.date(), at.time().replace(second=0))
    moment = datetime.fromisoformat(value["value"]).replace(tzinfo=UTC)
    if moment.date() < said_at.date():
        return None
    return Meaning(moment.date(), moment.time().replace(second=0) if value["type"] == "datetime" else None)
