"""What another version of taskchat has stored, or shows, is dropped if the rows in it have other fields."""

from typing import Any, cast

import pytest
import reflex as rx
from reflex.state import BaseState
from reflex.utils.exceptions import StateSchemaMismatchError

from taskchat_app import taskchat_app
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.chat_messages.messages import FileView

assert taskchat_app.app


def test_a_state_or_messages_with_other_fields_are_of_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    chat_state: Any = cast(Any, ChatState)(_reflex_internal_init=True, init_substates=False)
    stored, page = chat_state._serialize(), rx.State._to_frontend_schema()
    assert BaseState._deserialize(data=stored)
    fields: dict[str, Any] = vars(FileView)["__dataclass_fields__"]
    with monkeypatch.context() as patch:
        patch.setattr(FileView, "__dataclass_fields__", {name: fields[name] for name in fields if name != "size"})
        ChatState._init_var_dependency_dicts()  # empties Reflex's caches
        with pytest.raises(StateSchemaMismatchError):
            BaseState._deserialize(data=stored)
        assert rx.State._to_frontend_schema() != page
    ChatState._init_var_dependency_dicts()
    assert rx.State._to_frontend_schema() == page
