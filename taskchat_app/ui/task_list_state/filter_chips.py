"""Builds the chips of active filters, and the tags to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from taskchat_app.domain.tasks.page_queries import TagCount
from taskchat_app.domain.tasks.search_words import tag_key
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import bound_words
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_list_state.list_address import TaskFilters, with_tag

BOUNDS = ("due_after", "due_before")


@dataclass(frozen=True)
class FilterChip:
    """An active filter in words; `value` is the tag if it is one."""

    kind: str
    value: str
    text: str
    removal: str


@dataclass(frozen=True)
class TagChoice:
    tag: str
    count: int
    chosen: bool


def filter_chips(filters: TaskFilters, today: date) -> list[FilterChip]:
    """Return a chip for each filter besides the view; dates of the year of `today` are written without the year."""
    chips = [_chip("tag", f"#{tag}", tag) for tag in filters.tags]
    if filters.priority:
        chips.append(_chip("priority", say(words.PRIORITY_FILTER, priority=words.PRIORITIES[filters.priority])))
    after, before = filters.due_after, filters.due_before
    is_day = after and after == before and ":" not in after
    if is_day:
        chips.append(_chip("due_day", say(words.DUE_ON_FILTER, date=bound_words(after, today))))
    if after and not is_day:
        chips.append(_chip("due_after", say(words.DUE_AFTER_FILTER, date=bound_words(after, today))))
    if before and not is_day:
        chips.append(_chip("due_before", say(words.DUE_BEFORE_FILTER, date=bound_words(before, today))))
    if filters.q.strip():
        chips.append(_chip("q", say(words.QUOTED, quoted=filters.q.strip())))
    return chips


def _chip(kind: str, text: str, value: str = "") -> FilterChip:
    return FilterChip(kind, value, text, say(words.REMOVE_FILTER, filter=text))


def bounds_of(filters: TaskFilters, today: date) -> dict[str, str]:
    """Return the bounds of due dates in words, by the name of the filter; "" for none."""
    return {name: bound_words(getattr(filters, name), today) for name in BOUNDS}


def without(filters: TaskFilters, kind: str, value: str) -> TaskFilters:
    """Return the filters without that of the chip of this kind and value."""
    if kind == "tag":
        return with_tag(filters, value) if value in filters.tags else filters
    if kind == "due_day":
        return replace(filters, due_after="", due_before="")
    return replace(filters, **{kind: ""}) if kind in ("priority", *BOUNDS, "q") else filters


def without_all(filters: TaskFilters) -> TaskFilters:
    """Return the view without filters, in the same order."""
    return TaskFilters(view=filters.view, sort=filters.sort, order=filters.order)


def tag_choices(counts: Sequence[TagCount], filters: TaskFilters) -> list[TagChoice]:
    """Return the tags of the listed tasks, the chosen ones first."""
    chosen = {tag_key(tag) for tag in filters.tags}
    counted = {tag_key(count.tag) for count in counts}
    choices = [TagChoice(count.tag, count.count, tag_key(count.tag) in chosen) for count in counts]
    choices += [TagChoice(tag, 0, chosen=True) for tag in filters.tags if tag_key(tag) not in counted]
    return [choice for choice in choices if choice.chosen] + [choice for choice in choices if not choice.chosen]
