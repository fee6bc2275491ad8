"""A push endpoint over real HTTP: decrypts what it gets (RFC 8291) and checks the token of its sender (RFC 8292)."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.receiver import Receiver, Reply, receiving

SALT, LENGTH, KEY = slice(0, 16), 20, slice(21, 86)
BODY_MAX_BYTES = 4096


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


@dataclass
class PushEndpoint:
    """A subscription with its keys, and the receiver of its messages."""

    receiver: Receiver
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"sixteen letters!"

    @property
    def point(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def body(self) -> dict[str, Any]:
        """The body of POST /api/push."""
        keys = {"p256dh": encode(self.point), "auth": encode(self.auth)}
        return {"endpoint": self.receiver.url, "keys": keys, "device": "Phone"}

    def messages(self, vapid_key: str) -> list[dict[str, Any]]:
        """Return the decrypted messages, each signed for this endpoint by the server of this key."""
        return [self._read(headers, body, vapid_key) for headers, body in self.receiver.requests]

    def _read(self, headers: dict[str, str], body: str, vapid_key: str) -> dict[str, Any]:
        scheme, _, rest = headers["authorization"].partition(" ")
        fields = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert (scheme, fields["k"]) == ("vapid", vapid_key)
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(vapid_key))
        parts = urlsplit(self.receiver.url)
        claims = jwt.decode(fields["t"], key, algorithms=["ES256"], audience=f"{parts.scheme}://{parts.netloc}")
        assert claims["sub"].startswith("https://")
        assert (headers["content-type"], headers["content-encoding"]) == ("application/octet-stream", "aes128gcm")
        assert headers["urgency"] == "high"
        assert 0 < int(headers["ttl"]) <= 24 * 3600
        raw = body.encode(errors="surrogateescape")
        assert len(raw) <= BODY_MAX_BYTES
        return json.loads(self._decrypted(raw))

    def _decrypted(self, body: bytes) -> bytes:
        salt, sender = body[SALT], body[KEY]
        assert body[LENGTH] == len(sender)
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        secret = derived(shared, self.auth, b"WebPush: info\0" + self.point + sender, 32)
        key = derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(secret, salt, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, body[KEY.stop :], None)
        assert padded.endswith(b"\2")
        return padded[:-1]


@asynccontextmanager
async def push_endpoint(*replies: Reply) -> AsyncIterator[PushEndpoint]:
    """Serve an endpoint on a free port of 127.0.0.1."""
    async with receiving(*replies) as receiver:
        yield PushEndpoint(receiver)
