"""Messages for pydantic's errors, which are English only."""

from collections.abc import Callable, Mapping
from typing import Any

from taskchat_app.i18n.messages import Message, gettext, ngettext

VALUE_MAX_CHARACTERS = 200
"""How much of pydantic's own sentence is shown: it quotes values of the request."""
_REASONS_OF_KINDS = (
    ("missing", gettext("is missing")),
    ("extra_forbidden", gettext("is unknown")),
    ("string_type string_unicode", gettext("must be text")),
    ("int_type int_parsing int_parsing_size int_from_float", gettext("must be a whole number")),
    ("float_type float_parsing finite_number", gettext("must be a number")),
    ("bool_type bool_parsing", gettext("must be true or false")),
    ("list_type", gettext("must be a list")),
    ("dict_type model_type model_attributes_type", gettext("must be a JSON object")),
    (
        "datetime_type datetime_parsing datetime_from_date_parsing timezone_aware",
        gettext("must be a date with a time, such as 2026-11-21T18:00:00Z"),
    ),
    ("greater_than", gettext("must be more than {gt}")),
    ("greater_than_equal", gettext("must be at least {ge}")),
    ("less_than", gettext("must be less than {lt}")),
    ("less_than_equal", gettext("must be at most {le}")),
)
"""What is wrong with a value, by the types of pydantic's errors, with a blank between them."""
_REASONS = {kind: reason for kinds, reason in _REASONS_OF_KINDS for kind in kinds.split()}
_COUNTED: Mapping[str, Callable[[dict[str, Any]], Message]] = {
    "string_too_short": lambda limits: ngettext(
        "must have at least {count} character", "must have at least {count} characters", limits["min_length"]
    ),
    "string_too_long": lambda limits: ngettext(
        "must have at most {count} character", "must have at most {count} characters", limits["max_length"]
    ),
    "too_short": lambda limits: ngettext(
        "must have at least {count} item", "must have at least {count} items", limits["min_length"]
    ),
    "too_long": lambda limits: ngettext(
        "must have at most {count} item", "must have at most {count} items", limits["max_length"]
    ),
}
_CHOICES = {"literal_error": "expected", "enum": "expected", "union_tag_invalid": "expected_tags"}
"""The part of the error's context that lists the possible values, by the error's type."""


def reason_of(error: Mapping[str, Any]) -> str:
    """Return what is wrong with the field as a predicate ("must be text"); for rare errors in pydantic's English."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in _COUNTED:
        return _COUNTED[kind](context)
    if kind in _CHOICES:
        choices = str(context[_CHOICES[kind]]).replace(" or ", ", ")
        return gettext("must be one of these: {choices}", choices=choices)
    if kind in _REASONS:
        return _REASONS[kind].with_values(**context) if "{" in _REASONS[kind] else _REASONS[kind]
    return str(error["msg"]).removeprefix("Value error, ")[:VALUE_MAX_CHARACTERS].rstrip(".")


def complaint(field: str, error: Mapping[str, Any]) -> Message:
    """Return a sentence about the field: "The field title must be text."."""
    reason = reason_of(error)
    if isinstance(reason, Message):
        return gettext("The field {field} {reason}.", field=field, reason=reason)
    return gettext("The field {field} cannot be used: {reason}.", field=field, reason=reason[:1].lower() + reason[1:])
