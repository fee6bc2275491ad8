"""Recognizes connection poolers that cannot be used, and says what to do about a failed connection."""

from functools import cache

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

BACKEND = text("SELECT pg_backend_pid()")
ROUNDS = 2  # the driver prepares what it executes for the sixth time, which such a pooler does not allow
ADVICE = "Use the database's direct address, or session pooling"
REFUSED = (
    "The connection pooler at DATABASE_URL gives each transaction any session (transaction pooling)"
    f" and so loses the role of row-level security. {ADVICE}."
)


@cache
def pools_transactions(url: str) -> bool:
    """Return whether a pooler of transactions is at this address; cached, since a start migrates three times.

    False if no second connection is free. Raises OperationalError if the database is unreachable. Blocking.
    """
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as one:
        try:
            other = engine.connect()
        except OperationalError:
            return False
        with other:
            return shares_sessions(one, other)


def shares_sessions(one: Connection, other: Connection) -> bool:
    """Return whether a pooler gives these connections, which must be in AUTOCOMMIT, a session per transaction.

    The backends A, B that the statements of one, one and other meet:
    A A B: Postgres itself, or session pooling; each connection keeps its own.
    A A A: a pooler that gives each statement the session used last; both connections meet the same one.
    A B A: a pooler that gives each the session unused for longest; one connection meets two.
    """
    backends_of: dict[Connection, set[int]] = {one: set(), other: set()}
    for connection in (one, one, other) * ROUNDS:
        backends_of[connection].add(connection.execute(BACKEND).scalar_one())
    meets_two = any(len(backends) > 1 for backends in backends_of.values())
    return meets_two or backends_of[one] == backends_of[other]


def advice_on(reason: str) -> str:
    """Return what to do where the database cannot be reached for this reason of the driver's."""
    if "unsupported startup parameter" in reason:
        return f"A connection pooler refuses what taskchat sets. {ADVICE} with ignore_startup_parameters = options."
    if "pooling mode" in reason:
        return f"A connection pooler does not keep sessions. {ADVICE}."
    if "failed to resolve host" in reason:
        return "Check the host in DATABASE_URL, and that user and password are percent-encoded (@ is %40, ? is %3F)."
    return "Check DATABASE_URL and that Postgres is running."
