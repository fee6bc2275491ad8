"""Reads the data of server-sent events from the bytes of a response."""

import json
from collections.abc import AsyncIterator, Mapping

from taskchat_app.assistant.gemini.failures import GeminiFailure

EVENT_STREAM = "text/event-stream"
DONE = b"[DONE]"
LINE_MAX = 4 * 1024 * 1024
"""Bytes in one line of a stream; Gemini's token limit for an answer is far below."""


def is_event_stream(headers: Mapping[str, str]) -> bool:
    """Return whether a response is a stream of server-sent events; one that names no type counts as such."""
    return headers.get("content-type", EVENT_STREAM).partition(";")[0].strip().lower() == EVENT_STREAM


async def sse_data(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the data of each server-sent event.

    Lines end at a line feed only: splitting text into lines, as HTTP clients do, also splits at U+2028, which JSON may
    contain. The last event counts without its blank line if it is complete. Events without data are left out.
    """
    begun, size, data = list[bytes](), 0, list[bytes]()
    async for piece in pieces:
        *lines, rest = piece.split(b"\n")
        if lines:
            lines[0] = b"".join([*begun, lines[0]])
            begun, size = [], 0
        begun.append(rest)
        size += len(rest)
        if size > LINE_MAX:
            raise GeminiFailure("garbled", reason=f"a line of more than {LINE_MAX} bytes")
        for line in lines:
            line = line.rstrip(b"\r")
            if line.startswith(b"data:"):
                data.append(line[5:].strip())
            elif not line:
                if any(data):
                    yield b"\n".join(data)
                data = []
    buffer = b"".join(begun)
    if buffer.startswith(b"data:"):
        data.append(buffer[5:].strip())
    if data == [DONE] or _is_json(b"\n".join(data)):
        yield b"\n".join(data)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
