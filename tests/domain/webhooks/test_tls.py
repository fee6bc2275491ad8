"""Messages over https: the certificate must be the host's, although the connection goes to a checked address."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from taskchat_app.domain.storage.database import now
from taskchat_app.domain.webhooks import checked_request, url_check
from taskchat_app.domain.webhooks.delivery import send
from tests.domain.webhooks.test_url_check import SECRET, answers
from tests.listening import stop_listening
from tests.receiver import Receiver

HOST = "hooks.example.org"


def make_certificate(folder: Path) -> Path:
    """Write a certificate of HOST that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now() - timedelta(days=1)).not_valid_after(now() + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    text = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    text += key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "both.pem").write_bytes(text)
    return folder / "both.pem"


@pytest.fixture
async def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, private_hooks: None) -> AsyncIterator[int]:
    """The port of an https receiver on 127.0.0.1, to which every name leads."""
    file = make_certificate(tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    trusting = ssl.create_default_context(cafile=file)
    monkeypatch.setattr(checked_request, "_certificates", lambda: trusting)
    monkeypatch.setattr(url_check.socket, "getaddrinfo", answers("127.0.0.1"))
    server = await asyncio.start_server(Receiver().answer, "127.0.0.1", 0, ssl=serving)
    yield server.sockets[0].getsockname()[1]
    await stop_listening(server)


async def test_the_certificate_of_the_host_is_accepted_and_that_of_another_is_not(port: int):
    assert (await send(f"https://{HOST}:{port}/", SECRET, "msg_1", "{}")).status == 204
    outcome = await send(f"https://other.example.org:{port}/", SECRET, "msg_1", "{}")
    assert (outcome.status, outcome.error) == (None, "tls")
