"""Events whose messages are stored and read back."""

from taskchat_app.assistant.core.events import decode_notice, encode_notice, notice_event
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import gettext


def test_a_stored_notice_has_its_message_and_its_title_if_any_in_each_language():
    notice = notice_event(gettext("Nothing was put back."), title=gettext("Not everything was put back"))

    restored = decode_notice(encode_notice(notice))

    assert render(restored.message, "de") == "Nichts wurde rückgängig gemacht."
    assert restored.title is not None
    assert render(restored.title, "de") == "Nicht alles wurde rückgängig gemacht"
    assert decode_notice(encode_notice(notice_event(gettext("Nothing was put back.")))).title is None
