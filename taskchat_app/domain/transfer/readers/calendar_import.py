"""Reads to-dos and events of an iCalendar file (RFC 5545), each parsed on its own, so that a broken one is left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import IO, Any
from zoneinfo import ZoneInfo

from taskchat_app.domain.calendar_feeds.own_properties import DONE_MARK, OWN_COMPLETED, OWN_RULE, PRODUCT
from taskchat_app.domain.dates.local_time import WHOLE_DAY_OFFSET, Due, check_year, out_of_range
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.foreign_task import ForeignTask
from taskchat_app.domain.transfer.readers.calendar_zones import UNREADABLE, FileZones, all_of, parsed
from taskchat_app.domain.transfer.readers.text_file import TextFile
from taskchat_app.domain.transfer.report import DATE_LOST, LOST_PART, ImportReport
from taskchat_app.i18n.messages import gettext

COMES = ("VTODO", "VEVENT")
LOST = ("VJOURNAL", "VFREEBUSY")
COMPONENT_MAX_LINES = 10_000
COMPONENT_MAX_CHARACTERS = 300_000
PROPERTY_MAX_CHARACTERS = 100_000
ENTRIES_MAX = 100_000
CUT_PROPERTIES = ("ATTACH", "IMAGE", "X-")
"""Properties with whole files, which are not imported: the rest of a long one is not read."""
LOST_PROPERTIES = ("EXDATE", "RDATE", "ATTENDEE", "ATTACH", "RECURRENCE-ID", "GEO")
_NAME_END = re.compile("[:;]")
_SPLIT_CHARACTER = re.compile(rb"([\xc2-\xf4][\x80-\xbf]{0,2})(\r?\n[ \t])(?=[\x80-\xbf])")
"""Lines are folded after 75 bytes, which may be within a character (RFC 5545, 3.1): "\\xc3", a line break, " \\xbc"."""
NO_CALENDAR = gettext("This is no iCalendar file. Choose its format, or another file.")
BROKEN = gettext("This entry of the calendar cannot be read, so it does not come.")
BROKEN_PART = gettext("“{title}” comes without its {part}, which cannot be read.")
NO_END = gettext("This entry of the calendar has no end (END:{kind}): the file is damaged.")
TOO_LARGE = gettext(
    "This entry of the calendar has more than {lines:#,##0} lines or {characters:#,##0} characters. Shorten it, or "
    "leave it out."
)
LONG_PROPERTY = gettext(
    "The {name} of this entry of the calendar has more than {most:#,##0} characters. Shorten it, or leave it out."
)
TOO_MANY_ENTRIES = gettext("The calendar has more than {most:#,##0} entries. Split it into several files.")
CANCELLED = gettext("“{title}” is cancelled, so it does not come.")
OTHER_KIND = gettext("An entry of the kind {kind} is neither to-do nor event, so it does not come.")
UNKNOWN_ZONE = gettext("The time zone “{zone}” is not understood: its times are read as times of your own zone.")
ONE_OF_SERIES = gettext("“{title}” is one changed date of a series, so it does not come.")


@dataclass(slots=True)
class _Block:
    """The lines of an outermost component so far, without the rest of long CUT_PROPERTIES."""

    line: int
    """The line on which it begins."""
    kind: str
    lines: list[str] = field(default_factory=list[str])
    _characters: int = 0
    _property: str = ""
    """The beginning of the current property."""
    _property_characters: int = 0

    def add(self, line: str) -> None:
        """Add a line, without its end. Raises Invalid if the component becomes too large."""
        if line.startswith((" ", "\t")):
            self._property_characters += len(line)
        else:
            self._property, self._property_characters = line[:100].upper(), len(line)
        if self._property_characters > PROPERTY_MAX_CHARACTERS:
            if self._property.startswith(CUT_PROPERTIES):
                return
            name = _NAME_END.split(self._property, 1)[0]
            raise Invalid(LONG_PROPERTY.with_values(name=name, most=PROPERTY_MAX_CHARACTERS), line=self.line)
        self.lines.append(line)
        self._characters += len(line)
        if len(self.lines) > COMPONENT_MAX_LINES or self._characters > COMPONENT_MAX_CHARACTERS:
            bounds = {"lines": COMPONENT_MAX_LINES, "characters": COMPONENT_MAX_CHARACTERS}
            raise Invalid(TOO_LARGE.with_values(**bounds), line=self.line)


def read_tasks(source: IO[bytes], report: ImportReport, zone: ZoneInfo, at: datetime) -> Iterator[ForeignTask]:
    """Yield the to-dos and events of a calendar. Raises Invalid for another file."""
    content = source.read()
    is_utf_16 = 0 in content[:200]
    if not is_utf_16:
        content = _SPLIT_CHARACTER.sub(rb"\2\1", content)  # each fold that splits a character is moved before it
    file = TextFile(BytesIO(content), report)
    head = file.beginning[:10_000]
    if "BEGIN:VCALENDAR" not in head.upper():
        raise Invalid(NO_CALENDAR)
    zones = FileZones(block.lines for block in _blocks(file, ("VTIMEZONE",)))
    is_own = f"PRODID:{PRODUCT}" in head
    for count, block in enumerate(_blocks(file, (*COMES, *LOST)), 1):
        if count > ENTRIES_MAX:
            raise Invalid(TOO_MANY_ENTRIES.with_values(most=ENTRIES_MAX), line=block.line)
        if block.kind in LOST:
            report.skip(block.line, OTHER_KIND.with_values(kind=block.kind))
            continue
        try:
            # A to-do, too, as an event: after a broken property icalendar reads on in an event, and stops in a to-do.
            [entry] = parsed(["BEGIN:VEVENT", *block.lines[1:-1], "END:VEVENT"]).walk("VEVENT")
            task = _Entry(block, entry, report, zone).task(zones, is_own=is_own)
        except UNREADABLE:
            report.skip_task(block.line, BROKEN)
            continue
        if task is not None:
            yield task


def _blocks(file: TextFile, kinds: tuple[str, ...]) -> Iterator[_Block]:
    """Yield the outermost components of these kinds. Raises Invalid for one that is too large or has no end."""
    block: _Block | None = None
    for number, line in enumerate(file.lines(), 1):
        name, _, value = line.strip().upper().partition(":")
        if block is None and name == "BEGIN" and value in kinds:
            block = _Block(number, value)
        if block is None:
            continue
        block.add(line.rstrip("\r\n"))
        if name == "END" and value == block.kind:
            yield block
            block = None
    if block is not None:
        raise Invalid(NO_END.with_values(kind=block.kind), line=block.line)


@dataclass(slots=True)
class _Entry:
    """A to-do or event as icalendar read it; `report` gets what of it is lost."""

    block: _Block
    fields: Any
    report: ImportReport
    zone: ZoneInfo

    def task(self, zones: FileZones, *, is_own: bool) -> ForeignTask | None:
        """Return the task of the entry, None if it is not imported; report what is lost."""
        self._drop_broken_parts()
        is_cancelled = self._status == "CANCELLED"
        if is_cancelled or "RECURRENCE-ID" in self.fields:
            reason = CANCELLED if is_cancelled else ONE_OF_SERIES
            self.report.skip_task(self.block.line, reason.with_values(title=self._shown))
            return None
        for name in LOST_PROPERTIES:
            is_of_own_rule = name == "RDATE" and OWN_RULE in self.fields
            if name in self.fields and not is_of_own_rule:
                self._lose(name)
        parent = self._parent()
        for name in zones.localize(self.fields):  # before any time is read
            self.report.note(self.block.line, UNKNOWN_ZONE.with_values(zone=name[:60]))
        entry, due = self.fields, self._due()
        title, uid = str(entry.get("SUMMARY", "")).strip(), str(entry.get("UID", ""))
        return ForeignTask(
            line=self.block.line,
            title=title.removeprefix(DONE_MARK) if OWN_COMPLETED in entry else title,
            description=str(entry.get("DESCRIPTION", "")) if is_own else self._description(),
            priority=self._priority(),
            tags=tuple(str(name) for group in all_of(entry.get("CATEGORIES")) for name in group.cats),
            due_at=due,
            recurrence=self._rule(),
            remind_before=self._remind_before(due),
            completed_at=self._moment_of(entry, "COMPLETED") or self._moment_of(entry, OWN_COMPLETED),
            is_done=self._is_completed(),
            created_at=self._moment_of(entry, "CREATED"),
            start_at=self._start(due),
            key=f"ics {uid}" if uid else "",
            id=uid,
            parent=parent,
        )

    @property
    def _shown(self) -> str:
        return str(self.fields.get("SUMMARY", "")).strip()[:60]

    @property
    def _status(self) -> str:
        return str(self.fields.get("STATUS", "")).upper()

    def _lose(self, part: str) -> None:
        self.report.note(self.block.line, LOST_PART.with_values(title=self._shown, part=part))

    def _drop_broken_parts(self) -> None:
        """Remove the properties that icalendar could not read, and report them."""
        for name, reason in self.fields.errors:
            if name is not None:  # None: a line without a name
                self.fields.pop(name, None)
            # icalendar says of a line without a name: "Content line could not be parsed into parts: 'the line': why"
            line = reason.partition(": '")[2].rpartition("': ")[0]
            part = name or f"“{line[:60]}”"
            self.report.note(self.block.line, BROKEN_PART.with_values(title=self._shown, part=part))

    def _is_completed(self) -> bool:
        entry = self.fields
        has_moment = "COMPLETED" in entry or OWN_COMPLETED in entry
        return has_moment or self._status == "COMPLETED" or str(entry.get("PERCENT-COMPLETE", "")) == "100"

    def _parent(self) -> str:
        """Return the UID of the entry that this one is a part of, or ""; report children and siblings as lost.

        Nothing is said of other kinds, such as Apple's X-CALENDARSERVER-RECURRENCE-SET.
        """
        parents: list[str] = []
        for related in all_of(self.fields.get("RELATED-TO")):
            kind = str(related.params.get("RELTYPE", "PARENT")).upper()
            if kind == "PARENT":
                parents.append(str(related))
            elif kind in ("CHILD", "SIBLING"):
                self._lose(f"RELATED-TO ({kind})")
        return next((uid for uid in parents if uid not in ("", str(self.fields.get("UID")))), "")

    def _due(self) -> Due | None:
        """Return when a to-do is due, or an event begins; report a year that no task has, and return None."""
        entry, is_todo = self.fields, self.block.kind == "VTODO"
        has_due = is_todo and "DUE" in entry
        if not has_due and "DTSTART" not in entry:
            return None
        try:
            found: date = entry["DUE" if has_due else "DTSTART"].dt
            if is_todo and not has_due and "DURATION" in entry:  # it begins at 9:00 and takes PT1H: due at 10:00
                found += entry["DURATION"].dt
            due = Due(self._moment(found), None if isinstance(found, datetime) else found)
        except (Invalid, OverflowError) as error:
            reason = error.detail if isinstance(error, Invalid) else out_of_range().detail
            self.report.note(self.block.line, DATE_LOST.with_values(title=self._shown, reason=reason))
            return None
        # A to-do with DTSTART alone has a start and no due date (_start); one that repeats needs a date.
        only_begins = is_todo and not entry.keys() & {"DUE", "DURATION", "RRULE", OWN_RULE}
        return None if only_begins else due

    def _start(self, due: Due | None) -> str | None:
        """Return when a to-do begins, as ISO text; None unless that is before a due date.

        Other programs write the due date into both, also of a whole day.
        """
        found: date | None = getattr(self.fields.get("DTSTART"), "dt", None)
        if self.block.kind != "VTODO" or found is None:
            return None
        try:
            moment = self._moment(found)
        except Invalid:
            return None
        if isinstance(found, datetime):
            return moment.isoformat() if due is None or moment < due.at else None
        return found.isoformat() if due is None or found < due.local_day(self.zone) else None

    def _moment_of(self, component: Any, name: str) -> datetime | None:
        """Return the moment of a property; None without it, or in a year that no task has."""
        try:
            return self._moment(component[name].dt) if hasattr(component.get(name), "dt") else None
        except Invalid:
            return None

    def _moment(self, found: date) -> datetime:
        """Return a day's end or an instant in UTC. Raises Invalid for a year that no task has."""
        check_year(found)
        if not isinstance(found, datetime):
            return Due.of_day(found, self.zone).at
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)

    def _rule(self) -> str | None:
        rules = all_of(self.fields.get("RRULE")) or all_of(self.fields.get(OWN_RULE))
        if len(rules) > 1:
            self._lose("RRULE (2)")
        return rules[0].to_ical().decode() if rules else None

    def _priority(self) -> str:
        level = int(self.fields.get("PRIORITY", 0))  # 1 is the highest, 0 means none
        if level in (0, 5):
            return "medium"
        return "high" if level < 5 else "low"

    def _description(self) -> str:
        """Return the description with place and address."""
        parts = [str(self.fields[name]).strip() for name in ("DESCRIPTION", "LOCATION", "URL") if name in self.fields]
        return "\n\n".join(part for part in parts if part)

    def _remind_before(self, due: Due | None) -> int | None:
        """Return how many minutes before the due date the first alarm rings."""
        times: list[int] = []
        alarms = self.fields.walk("VALARM")
        for alarm in alarms:
            trigger = alarm["TRIGGER"].dt if "TRIGGER" in alarm else None
            if due is None or trigger is None:
                continue
            if isinstance(trigger, timedelta):  # of a whole day, after its beginning
                after = trigger - WHOLE_DAY_OFFSET if due.day else trigger
                times.append(-(after // timedelta(minutes=1)))
            elif rings := self._moment_of(alarm, "TRIGGER"):
                times.append((due.at - rings) // timedelta(minutes=1))
        if len(alarms) > 1 or len(times) < len(alarms):
            self._lose("VALARM")
        return times[0] if times else None
