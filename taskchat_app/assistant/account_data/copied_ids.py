"""New ids for imported conversations whose ids another account of the same database has already.

They end in a suffix of their account, which an export leaves out: so a copy exports the same file as its original.
"""

import hashlib
import re

_ID = re.compile(r'"([a-z]{2,4}_[0-9a-f]{32})"', re.ASCII)


def id_suffix(user_id: str) -> str:
    """Return the suffix of the user's copied ids: no hexadecimal digit comes first."""
    return f"x{hashlib.sha256(user_id.encode()).hexdigest()[:24]}"


def with_suffix(line: str, suffix: str) -> str:
    """Return the record, as JSON, with the suffix at every id."""
    return _ID.sub(rf'"\1{suffix}"', line)
