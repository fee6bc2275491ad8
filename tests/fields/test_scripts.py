"""Scripts copy every field: what the page's scripts send, store and read, and the service worker's notifications."""

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from itertools import accumulate
from typing import Any

from taskchat_app.domain.push.notifications import Notification
from taskchat_app.domain.push.sending import _payload
from taskchat_app.ui.chat.open_conversation import SendOutcome
from taskchat_app.ui.chat.state import SentMessage
from taskchat_app.ui.chat_messages.messages import FileView
from taskchat_app.ui.core.editing import Refusal
from taskchat_app.ui.task_list_state.add_state import AddOutcome, SentTask
from taskchat_app.ui.task_list_state.list_patches import ListPatch
from tests.serving import PROJECT

SCRIPTS = PROJECT / "assets/page"


def read_by(of: Callable[[Any], object]) -> list[str]:
    """Return the names that the function reads of what a browser has sent."""

    class Sent(dict[str, object]):
        def get(self, key: str, default: object = None) -> object:
            names.append(key)
            return super().get(key, default)

    names: list[str] = []
    of(Sent())
    return list(dict.fromkeys(names))


def names_of(kind: Any, before: str = "") -> list[str]:
    return [f"{before}{field.name}" for field in fields(kind)]


MESSAGE, TASK = read_by(SentMessage.of), read_by(SentTask.of)
[documented] = re.findall(r"Store the copy: (.*)\.", (SCRIPTS / "connection/offline_copy.js").read_text())
COPY = re.findall(r"\w+", documented)
SHOWN = ["renotify", "data", "icon", "badge"]
PUSHED = list(_payload(Notification("", "", "", "", timedelta())))
OF_SENDING = "account attempt thread_id here own"
PLACES: dict[tuple[str, str], tuple[list[str], str]] = {
    ("chat/composer.js", "const keyOf"): (MESSAGE, f"{OF_SENDING} key"),
    ("chat/composer.js", "outbox.add(account, {"): (MESSAGE, f"{OF_SENDING} sort order"),
    ("chat/pending_messages.js", "outbox.add(account, {"): (MESSAGE, f"{OF_SENDING} sort order files"),
    ("chat/pending_messages.js", "const eventOf"): (MESSAGE, ""),
    ("chat/pending_messages.js", "function moveToDraft"): (MESSAGE, f"{OF_SENDING} key sort order text"),
    ("chat/pending_messages.js", "message mine waiting"): (MESSAGE, f"{OF_SENDING} key sort order"),
    ("chat/pending_messages.js", "for (const {"): (names_of(SendOutcome), ""),
    ("chat/file_uploads.js", "=> ({"): (names_of(FileView), ""),
    ("task_list/add_line.js", "addEntry(account, TASKS, {"): (TASK, "account attempt age"),
    ("task_list/add_line.js", "onSend({"): (TASK, ""),
    ("task_list/add_line.js", "for (const {"): (names_of(AddOutcome), ""),
    ("task_list/task_rows.js", "const apply ="): (names_of(ListPatch, "patch."), ""),
    ("editing/edit_refusal.js", "function EditRefusal"): (names_of(Refusal, "refusal."), ""),
    ("task_list/offline_list.js", "keepCopy({"): (COPY, "number title due done"),
    ("task_list/offline_list.js", "=> ({"): (COPY, "account at lang locale words tasks"),
    ("../service_worker.js", "function taskList"): (COPY, "account at lang locale"),
    ("../service_worker.js", "function offlinePage"): (COPY, "tasks number title due done"),
    ("../service_worker.js", "showNotification(title, {"): ([*PUSHED, *SHOWN], "title number rang overdue token"),
    ("../service_worker.js", "const entry = {"): (["key", "name", "place", "text", "tab", "at"], ""),
    ("../service_worker.js", "async function answer"): (["credentials", "token", "action"], ""),
    ("connection/api_requests.js", "function answerOf"): (["credentials", "languageHeader"], ""),
    ("connection/api_requests.js", "function uploadRequest"): (["withCredentials", "languageHeader"], ""),
    ("connection/api_form.js", "function ApiForm"): (["credentials"], ""),
    ("pages/widget_options.js", "const fetchSignedIn"): (["credentials"], ""),
    ("chat/file_uploads.js", "function removeFile"): (["credentials", "unsent"], ""),
    ("shell/opening_account.js", "onEventSend"): (["event.account"], ""),
    ("connection/login_redirect.js", "function forgetTab"): (["REFLEX_TOKEN", "forgetAccount", "forgetCopy"], ""),
    ("connection/offline_copy.js", "function forgetCopy"): (["COPY", "showBadge", "getNotifications"], ""),
}
"""Where a script copies or reads fields: the file, how the place begins, the fields, and those that it is without."""


def part_of(source: str, beginning: str) -> str:
    """Return an object that begins so, to its }, or a function, to the end of the outermost one; without strings."""
    part = re.sub(r'"[^"]*"', "", source.partition(beginning)[2])
    if not beginning.endswith("{"):
        return part.partition("\n}")[0]
    depths = accumulate((char == "{") - (char == "}") for char in part)
    return part[: next(place for place, depth in enumerate(depths) if depth < 0)]


def test_every_script_has_every_field():
    wrong: list[str] = []
    for (script, beginning), (names, without) in PLACES.items():
        part = part_of((SCRIPTS / script).read_text(), beginning)
        lacking = [name for name in names if not re.search(rf"\b{re.escape(name)}\b", part)]
        wrong += [f"{script}: {beginning} lacks {name}" for name in lacking if name not in without.split()]
    assert not wrong, "\n".join(wrong)


def test_a_page_that_a_link_opens_beside_ours_learns_nothing_of_it():
    sources = {script.name: script.read_text() for script in SCRIPTS.rglob("*.js")}
    opening = re.compile(r'target: "_blank"(?!, rel: "noopener)')
    assert [name for name, source in sources.items() if opening.search(source)] == []


def test_the_service_worker_reads_every_field_of_a_notification():
    source = (SCRIPTS.parent / "service_worker.js").read_text()
    read = re.findall(r"const \{ (.*) \} = reminder;|reminder\.(\w+)|function open\(\{ (.*) \}\)", source)
    assert {name for groups in read for name in re.findall(r"\w+", " ".join(groups))} == {*PUSHED}
