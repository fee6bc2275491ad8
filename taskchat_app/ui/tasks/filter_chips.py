"""Active filters as removable chips, and the tags to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from taskchat_app.domain.tasks.list_index import TagCount
from taskchat_app.domain.tasks.search_words import tag_key
from taskchat_app.ui.i18n import words
from taskchat_app.ui.tasks.filters import TaskFilters, with_tag


@dataclass(frozen=True)
class FilterChip:
    """One filter that is on, in words; `value` tells one tag from another."""

    kind: str
    value: str
    text: str
    removal: str


@dataclass(frozen=True)
class TagChoice:
    tag: str
    count: int
    chosen: bool


def chips_of(filters: TaskFilters) -> list[FilterChip]:
    said = [("tag", tag, f"#{tag}") for tag in filters.tags]
    if filters.priority:
        said.append(("priority", "", words.PRIORITY_FILTER.format(priority=words.PRIORITIES[filters.priority])))
    if filters.due_after:
        said.append(("due_after", "", words.DUE_AFTER_FILTER.format(date=filters.due_after)))
    if filters.due_before:
        said.append(("due_before", "", words.DUE_BEFORE_FILTER.format(date=filters.due_before)))
    if filters.q.strip():
        said.append(("q", "", f"“{filters.q.strip()}”"))
    return [FilterChip(kind, value, text, words.REMOVE_FILTER.format(filter=text)) for kind, value, text in said]


def without(filters: TaskFilters, kind: str, value: str) -> TaskFilters:
    """The filters without the one that the chip stands for."""
    if kind == "tag":
        return with_tag(filters, value) if value in filters.tags else filters
    kept = {"priority", "due_after", "due_before", "q"} - {kind}
    return TaskFilters(
        view=filters.view,
        tags=filters.tags,
        sort=filters.sort,
        order=filters.order,
        **{name: getattr(filters, name) for name in kept},
    )


def without_all(filters: TaskFilters) -> TaskFilters:
    """The whole view, in the order that it has."""
    return replace(TaskFilters(), view=filters.view, sort=filters.sort, order=filters.order)


def tag_choices(counts: Sequence[TagCount], filters: TaskFilters) -> list[TagChoice]:
    """The tags of the tasks that are listed, the chosen ones first."""
    chosen = {tag_key(tag) for tag in filters.tags}
    choices = [TagChoice(count.tag, count.count, tag_key(count.tag) in chosen) for count in counts]
    missing = chosen - {tag_key(choice.tag) for choice in choices}
    choices += [TagChoice(tag, 0, True) for tag in filters.tags if tag_key(tag) in missing]
    return sorted(choices, key=lambda choice: not choice.chosen)
