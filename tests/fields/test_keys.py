"""What is kept, counted, signed or sent once is so under a key: one that lacks a part is that of others, too."""

import re

from tests.test_architecture import PROJECT

PLACES = {
    ("domain/accounts/sign_in_limits.py", "limits = [("): "{email} {network} FAILED_LOGINS_OF_ACCOUNT email",
    ("domain/accounts/sign_in_limits.py", "(FAILED_LOGINS_OF_SITE, "): "email network",
    ("domain/accounts/sign_in_limits.py", "account_and_network = "): "user.id network",
    ("domain/accounts/sign_in_limits.py", '"subject": '): "user_id network",
    ("domain/attachments/signed_urls.py", "signature = tokens.sign("): "user_id attachment_id use ends begins",
    ("domain/attachments/signed_urls.py", "return claims.user_id if "): "login_id attachment_id",
    ("domain/calendar_feeds/calendar_file.py", "uuid5("): "user_id number kind",
    ("domain/push/actions.py", "key = "): "number rang {action}",
    ("domain/push/notifications.py", "subject = "): "device.id rung.number rung.rang_at",
    ("domain/push/notifications.py", "tokens.sign("): "device.user_id subject expires_at",
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
    ("../assets/service_worker.js", "const prefixes = "): "account kind",
    ("../assets/service_worker.js", "localStorage.setItem("): "account kind at randomUUID",
}
"""The file, how the line goes on with the key, and what the key has."""


def test_every_key_has_every_part():
    wrong: list[str] = []
    for (file, beginning), parts in PLACES.items():
        key = (PROJECT / "taskchat_app" / file).read_text().partition(beginning)[2].partition("\n")[0]
        key = key.partition("=> ")[2] or key
        lacking = [part for part in parts.split() if not re.search(rf"(?<!\w){re.escape(part)}(?!\w)", key)]
        wrong += [f"{file}: {beginning}… lacks {part}" for part in lacking]
    assert not wrong, "\n".join(wrong)
