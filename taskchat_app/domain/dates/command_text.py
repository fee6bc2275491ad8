"""Normalizes and bounds the text that grammars read."""

COMMAND_MAX_CHARACTERS = 1_000
"""Characters, blanks joined. A title has at most 255; what is longer than this is pasted, and no command."""
_READ_MAX = 100 * COMMAND_MAX_CHARACTERS
"""Characters, blanks included: what is longer is not even looked at."""


def normalize_blanks(text: str) -> str:
    """Replace each run of white space by one blank, or by one line break where it holds one; trim both ends."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def as_command(text: str) -> str | None:
    """The text as each grammar reads it (see normalize_blanks); None where it is longer than a command can be."""
    if len(text) > _READ_MAX:
        return None
    command = normalize_blanks(text)
    return command if len(command) <= COMMAND_MAX_CHARACTERS else None
