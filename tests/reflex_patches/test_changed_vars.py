"""Only vars whose values change are sent, and none about the page's address."""

from typing import Any, cast

import reflex as rx
from reflex.istate.data import RouterData

from taskchat_app import taskchat_app
from taskchat_app.ui.chat_messages.answer_builder import ReplyState

assert taskchat_app.app


def test_a_var_set_to_its_value_and_the_address_are_not_sent() -> None:
    root = cast(Any, rx.State)(_reflex_internal_init=True)
    reply = root.get_substate([ReplyState.get_name()])
    root._clean()
    reply.t0, root.is_hydrated, root.rx_router_page = "Hello", True, root.rx_router_page
    sent = {name: list(changed) for name, changed in root.get_delta().items()}
    assert sent == {rx.State.get_full_name(): ["is_hydrated_rx_state_"], ReplyState.get_full_name(): ["t0_rx_state_"]}
    root._clean()
    reply.t0 = "Hello"
    assert root.get_delta() == {}


def test_the_login_of_the_handshake_is_not_sent_to_the_page() -> None:
    root = cast(Any, rx.State)(_reflex_internal_init=True)
    root._clean()
    root.router = RouterData.from_router_data({"headers": {"cookie": "taskchat=secret"}, "pathname": "/"})
    assert root.router.headers.cookie == "taskchat=secret"
    assert "secret" not in str(root.get_delta())
