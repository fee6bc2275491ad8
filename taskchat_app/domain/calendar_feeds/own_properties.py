"""What only our calendars have, which our own import reads back."""

PRODUCT = "-//taskchat//tasks//EN"
OWN_RULE, OWN_COMPLETED = "X-TASKCHAT-RRULE", "X-TASKCHAT-COMPLETED"
"""For what a calendar has no property: CalendarSeries.own_rule, and when the task of an event was completed."""
DONE_MARK = "✓ "
