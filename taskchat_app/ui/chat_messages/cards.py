"""Cards of ChatKit widgets: deletion proposals, choices and plans."""

from dataclasses import dataclass
from typing import Any

from taskchat_app.assistant.tools.attached_line_choices import ATTACHED_LINES_KEY, DONE
from taskchat_app.assistant.tools.plans import PlanLine, plan_in
from taskchat_app.i18n.messages import gettext, with_messages
from taskchat_app.ui.i18n.language import say

Item = dict[str, Any]
"""A ChatKit item as JSON (chatkit.types.ThreadItem)."""


@dataclass(frozen=True)
class ProposalCard:
    """A deletion proposal; without an `id` once it is decided."""

    id: str = ""
    item_id: str = ""
    headline: str = ""
    lines: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.id != ""


@dataclass(frozen=True)
class Option:
    """A task to choose, or a line of an attached list."""

    number: int
    """The task's, -1 for one that a click adds; or the line's."""
    text: str
    is_open: bool = True


@dataclass(frozen=True)
class ChoiceCard:
    """Tasks that match the user's words, to choose one of them; without options once the headline says what was done.

    With `is_attached_list`, lines of a file to add as tasks; `add_all` is the name of the button that adds all of them.
    """

    item_id: str = ""
    headline: str = ""
    options: tuple[Option, ...] = ()
    is_attached_list: bool = False
    add_all: str = ""

    @property
    def is_open(self) -> bool:
        return any(option.is_open for option in self.options)


@dataclass(frozen=True)
class PlanLineView:
    """A line of a plan; `day` is its date as 2026-11-21 or "", `number` that of its task, 0 before it is added.

    The names are those of its fields for assistive technology.
    """

    key: str
    title: str
    day: str
    included: bool
    is_step: bool
    number: int
    include_name: str
    title_name: str
    day_name: str
    earlier_name: str


@dataclass(frozen=True)
class PlanCard:
    """A draft of tasks; `label` names the button that adds them, or says that they are added."""

    id: str = ""
    title: str = ""
    lines: tuple[PlanLineView, ...] = ()
    label: str = ""
    is_open: bool = False


def plan_card_of(item: Item) -> PlanCard:
    card: Item = with_messages(item["widget"], item.get("messages"))
    plan = plan_in(item["id"], item["widget"])
    confirm: Item = card.get("confirm") or {}
    return PlanCard(
        id=plan.id,
        title=plan.title,
        lines=tuple(_plan_line(line) for line in plan.lines),
        label=say(confirm.get("label", "")) or _headline(card),
        is_open=not plan.is_applied,
    )


def _plan_line(line: PlanLine) -> PlanLineView:
    return PlanLineView(
        key=line.key,
        title=line.title,
        day=(line.due or "")[:10],
        included=line.included,
        is_step=line.parent_key is not None,
        number=line.number or 0,
        include_name=say(gettext("Include “{title}”", title=line.title)),
        title_name=say(gettext("Title of “{title}”", title=line.title)),
        day_name=say(gettext("Date of “{title}”", title=line.title)),
        earlier_name=say(gettext("Move “{title}” up", title=line.title)),
    )


def proposal_of(item: Item) -> ProposalCard:
    card: Item = with_messages(item["widget"], item.get("messages"))
    confirm: Item = card.get("confirm") or {}
    lines: list[Item] = card.get("children") or []
    return ProposalCard(
        id=_payload(confirm.get("action")).get("proposal_id") or "",
        item_id=item["id"],
        headline=_headline(card),
        lines=tuple(say(line["value"]) for line in lines if line.get("value")),
    )


def choice_of(item: Item) -> ChoiceCard:
    card: Item = with_messages(item["widget"], item.get("messages"))
    if card.get("key") == ATTACHED_LINES_KEY:
        return _attached_list(item["id"], card)
    lines: list[Item] = card.get("children") or []
    clickable = [line for line in lines if line.get("onClickAction")]
    options = [
        Option(_payload(line["onClickAction"])["number"], _joined_text(line.get("children") or []))
        for line in clickable
    ]
    return ChoiceCard(item["id"], _headline(card), tuple(options))


def _attached_list(item_id: str, card: Item) -> ChoiceCard:
    """Return the card of an attached list: each row has the line's texts, a spacer and a button that adds the line.

    The row without a text has the button that adds all.
    """
    options, add_all = list[Option](), ""
    for row in card["children"]:
        *texts, _spacer, button = row["children"][0]["children"]
        if not texts:
            add_all = say(button["label"])
            continue
        number = -int(row["key"])  # the key is the line's number with a minus (attached_line_choices.py)
        options.append(Option(number, _joined_text(texts), is_open=button["variant"] != DONE))
    return ChoiceCard(item_id, _headline(card), tuple(options), is_attached_list=True, add_all=add_all)


def _headline(card: Item) -> str:
    status: Item = card.get("status") or {}
    return say(status.get("text", ""))


def _payload(action: Item | None) -> Item:
    return (action or {}).get("payload") or {}


def _joined_text(children: list[Item]) -> str:
    return " ".join(say(child["value"]) for child in children if child.get("value"))
