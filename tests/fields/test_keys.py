"""What is kept, counted, signed, sent once or found is so by a key: one that lacks a part is that of others, too."""

import re

from tests.test_architecture import PROJECT

PLACES = {
    ("domain/accounts/sign_in_limits.py", "limits = [("): "{email} {network} FAILED_LOGINS_OF_ACCOUNT email",
    ("domain/accounts/sign_in_limits.py", "(FAILED_LOGINS_OF_SITE, "): "email network",
    ("domain/accounts/sign_in_limits.py", "account_and_network = "): "user.id network",
    ("domain/accounts/sign_in_limits.py", '"subject": '): "user_id network",
    ("domain/attachments/signed_urls.py", "signature = accounts.sign_token("): "user_id attachment_id use ends begins",
    ("domain/attachments/signed_urls.py", "return claims.user_id if "): "login_id attachment_id",
    ("domain/calendar_feeds/calendar_file.py", "uuid5("): "user_id number kind",
    ("domain/push/notifications.py", "key = "): "number rang {action}",
    ("domain/push/notifications.py", "subject = "): "device.id rung.number rung.rang_at",
    ("domain/push/notifications.py", "accounts.sign_token("): "device.user_id subject expires_at",
    ("domain/push/notifications.py", "tag="): "rung.number",
    ("domain/webhooks/delivery.py", "message_id, attempt = "): "webhook_id change.id attempts",
    ("assistant/turns/shared_events.py", 'f"taskchat:turn'): "turn_id first_change_id",
    ("assistant/turns/shared_events.py", "hmac.digest("): "key number pickled",
    ("api/core/idempotency.py", "target = "): "method path query",
    ("api/core/idempotency.py", "return idempotency_keys.request_key("): "idempotency_key target body",
    ("ui/chat/state.py", "key = request_key("): "sent.key request.model_dump_json",
    ("ui/task_list_state/add_state.py", "key = request_key("): "sent.key sent.text sent.query",
    ("ui/task_list_state/list_reading.py", "date_facts = ("): "today_ends person.zone is_grouped date_style",
    ("ui/task_list_state/list_reading.py", "facts = (task"): "updated_at done language steps place",
    ("ui/socket/socket_limits.py", "uuid.uuid5("): "self.owner token",
    ("../assets/page/chat/file_uploads.js", "const keyOf = "): "account thread",
    ("../assets/page/pending/outbox.js", "const prefixOf = "): "account kind",
    ("../assets/page/pending/outbox.js", "const id = `"): "prefixOf account kind order randomId",
    ("../assets/service_worker.js", "const prefixes = "): "kinds account kind",
    ("../assets/service_worker.js", "localStorage.setItem("): "account kind at randomUUID",
    ("ui/chat/state.py", "if person.id "): "sent.account",
    ("ui/chat/state.py", "was_open = "): "sent.here chat.thread_id sent.thread_id",
    ("ui/chat/state.py", "is_still_open = "): "was_open chat.thread_id sent.thread_id",
    ("ui/chat/state.py", "began_to_follow = "): "is_still_open",
    ("ui/chat/state.py", "if chat.thread_id "): "thread_id",
    ("ui/chat/state.py", "chat.add(user_message("): "turn.id at sent.text sent.selected",
    ("ui/chat/state.py", "has_added = "): "create_task call.status done answer.parts",
    ("ui/task_list_state/add_state.py", "if person.id "): "sent.account",
    ("ui/conversations/search.py", "if chat.thread_id "): "thread_id person.id item_id",
    ("ui/socket/open_socket.py", "if held_account "): "self.user_id held_account",
    ("../assets/page/chat/edit_box.js", "if (unsent?.message"): "message unsent.original original",
    ("../assets/page/chat/file_uploads.js", "const done = "): "status done",
    ("../assets/page/chat/file_uploads.js", "const next = "): "status uploading uploads.has",
    ("../assets/page/chat/file_uploads.js", "const draft = "): "file.key key",
    ("../assets/page/chat/pending_messages.js", "const isStored = "): "outcome.key outcome.kind stored",
    ("../assets/page/chat/pending_messages.js", "const shown = "): "message.place here isStored",
    ("../assets/page/chat/pending_messages.js", "if (sent?.attempt "): "attempt",
    ("../assets/page/chat/pending_messages.js", "if (sending.inFlight?.opening "): "opening",
    ("../assets/page/chat/pending_messages.js", "const isOldest = "): "message.place",
    ("../assets/page/chat/pending_messages.js", "const wasAddedBefore = "): "message.tab message.at",
    ("../assets/page/chat/pending_messages.js", "if (isHere "): "isOpen answering",
    ("../assets/page/chat/pending_messages.js", "const isOwn = "): "isHere message.tab tabId",
    ("../assets/page/connection/login_redirect.js", "const isHandled = "): "HANDLED_END endSignal",
    ("../assets/page/connection/login_redirect.js", "const here = "): "location.pathname location.search",
    ("../assets/page/pending/drafts.js", "const isUnchanged = "): "text message.place thread",
    ("../assets/page/pending/outbox.js", "const isEarlier = "): "NEW performance.timeOrigin",
    ("../assets/page/pending/outbox.js", "const isStored = "): "account MESSAGES message.key message.place",
    ("../assets/page/pending/outbox.js", "const rest = "): "account MESSAGES message.place",
    ("../assets/page/pending/outbox.js", "const confirmed = "): "account MESSAGES message.key",
    ("../assets/page/pending/outbox.js", "const started = "): "account STARTED entry.place",
    ("../assets/page/pending/outbox.js", "entries(account, STARTED).filter("): "age STARTED_MS",
    ("../assets/page/pending/unconfirmed_actions.js", "const lostNow = "): "event.isReported",
    ("../assets/page/pending/ticks.js", "const earlier = "): "account TICKS tick.number number",
    ("../assets/page/reminders/push.js", "if (stored?.account "): "account",
    ("../assets/page/reminders/push.js", "const own = "): "stored.id",
    ("../assets/page/reminders/push.js", "const isOutdated = "): "reminder- tags.includes",
    ("../assets/page/task_list/add_line.js", "export const unsentTasks = "): "account TASKS problem",
    ("../assets/page/task_list/add_line.js", "const isOfInFlight = "): "attempt",
    ("../assets/page/task_list/add_line.js", "const orphanMs = "): "next.tab tabId ORPHAN_MS age",
}
"""The file, how the line goes on with the key, or with what a thing is found by, and what that has."""


def test_every_key_has_every_part():
    wrong: list[str] = []
    for (file, beginning), parts in PLACES.items():
        key = (PROJECT / "taskchat_app" / file).read_text().partition(beginning)[2].partition("\n")[0]
        key = key.partition("=> ")[2] if key.startswith("(") else key  # without arguments
        lacking = [part for part in parts.split() if not re.search(rf"(?<!\w){re.escape(part)}(?!\w)", key)]
        wrong += [f"{file}: {beginning}… lacks {part}" for part in lacking]
    assert not wrong, "\n".join(wrong)
