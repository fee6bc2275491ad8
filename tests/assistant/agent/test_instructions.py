"""What the model is told besides the conversation: the instructions and the moment."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from taskchat_app.assistant.agent.agent import instructions


def test_the_instructions_end_with_the_date_and_time_in_the_persons_zone():
    told = instructions(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), ZoneInfo("Asia/Kolkata"))
    assert told.endswith("\nNow it is Monday 23 November 2026, 05:00 in the person's time zone, Asia/Kolkata.\n")
