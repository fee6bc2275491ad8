"""Normalizes text for the grammars and limits its length."""

COMMAND_MAX_CHARACTERS = 1_000
"""After normalization. A title has at most 255 characters; a longer text is pasted and not a command."""
_READ_MAX = 100 * COMMAND_MAX_CHARACTERS
"""Before normalization: a longer text is not even normalized."""


def normalize_blanks(text: str) -> str:
    """Replace each run of white space by one blank, or by one line break if it contains one; trim both ends."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def as_command(text: str) -> str | None:
    """Return the text normalized for the grammars (see normalize_blanks); None if it is too long for a command."""
    if len(text) > _READ_MAX:
        return None
    command = normalize_blanks(text)
    return command if len(command) <= COMMAND_MAX_CHARACTERS else None
