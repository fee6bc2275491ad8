"""A connection pooler at DATABASE_URL that cannot be used is refused at the start."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUnixStreamServer
from threading import Lock, Thread

import pytest
from sqlalchemy import NullPool, create_engine, make_url

from taskchat_app.config import Settings, settings
from taskchat_app.domain.storage import database
from taskchat_app.domain.storage.database import DatabaseUnusable
from taskchat_app.domain.storage.poolers import shares_sessions


class TransactionPooler(BaseRequestHandler):
    """Gives the one session of Postgres in `server` to all clients, for a transaction each."""

    server_connection: socket.socket
    transaction: Lock
    welcome: bytes

    def handle(self) -> None:
        startup = self.request.recv(65536)
        with self.transaction:
            if not self.welcome:
                type(self).welcome = self._answer(startup)
        self.request.sendall(self.welcome)
        while (asked := self.request.recv(65536)) and asked[:1] != b"X":  # Terminate
            with self.transaction:
                while asked:
                    self.request.sendall(answer := self._answer(asked))
                    asked = b"" if answer.endswith(b"I") else self.request.recv(65536)

    def _answer(self, asked: bytes) -> bytes:
        """Return all messages up to ReadyForQuery, whose last byte is I outside a transaction."""
        self.server_connection.sendall(asked)
        answer = head = b""
        while head[:1] != b"Z":
            head = self.server_connection.recv(5, socket.MSG_WAITALL)
            answer += head + self.server_connection.recv(struct.unpack("!xI", head)[0] - 4, socket.MSG_WAITALL)
        return answer


class Refusing(BaseRequestHandler):
    """Answers as pgbouncer does by default."""

    def handle(self) -> None:
        self.request.recv(65536)
        error = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"
        self.request.sendall(b"E" + struct.pack("!I", len(error) + 4) + error)


@contextmanager
def _listening(folder: Path, pooler: type[BaseRequestHandler]) -> Iterator[Settings]:
    """Let the pooler listen in this folder; yield the settings with its address."""
    url = make_url(database.database_url(settings())).update_query_dict({"host": str(folder), "port": "5432"})
    with ThreadingUnixStreamServer(str(folder / ".s.PGSQL.5432"), pooler) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield settings().model_copy(update={"database_url": url.render_as_string(hide_password=False)})
        finally:
            server.shutdown()


def test_a_pooler_that_shares_sessions_is_refused(postgres: None, tmp_path: Path):
    query = make_url(database.database_url(settings())).query
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(f"{query['host']}/.s.PGSQL.{query['port']}")
        shared = {"server_connection": connection, "transaction": Lock(), "welcome": b""}
        refused = pytest.raises(
            DatabaseUnusable, match=r"^The connection pooler at .* direct address, or session pooling\.$"
        )
        with _listening(tmp_path, type("Pooler", (TransactionPooler,), shared)) as chosen, refused:
            database.migrate(chosen)


def test_a_direct_connection_shares_no_session(postgres: None):
    engine = create_engine(database.database_url(settings()), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as one, engine.connect() as other:
        assert not shares_sessions(one, other)


def test_a_pooler_that_refuses_a_startup_parameter_is_named(tmp_path: Path):
    refused = pytest.raises(DatabaseUnusable, match=r"parameter: options\)\. A connection pooler .* direct address, or")
    with _listening(tmp_path, Refusing) as chosen, refused:
        database.migrate(chosen)


def test_a_host_that_cannot_be_resolved_may_be_part_of_a_password():
    chosen = settings().model_copy(update={"database_url": "postgresql+psycopg://u:p@nosuch.invalid?w@localhost/db"})
    with pytest.raises(DatabaseUnusable, match=r"resolve host 'nosuch.invalid'.*percent-encoded \(@ is %40"):
        database.migrate(chosen)
