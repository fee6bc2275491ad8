"""Sends one signed message (standardwebhooks.com) to a checked address."""

from standardwebhooks.webhooks import Webhook as Signer

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.webhooks.checked_request import Outcome, post


async def send(url: str, secret: str, message_id: str, body: str) -> Outcome:
    """Post the message."""
    at = now()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(secret).sign(message_id, at, body),
    }
    return await post(url, headers, body.encode())
