"""Audio for Gemini: browsers record Opus in WebM, which Gemini does not list; the same packets go into Ogg.

Reads WebM (RFC 9559, elements of the EBML of RFC 8794) and writes Ogg Opus (RFC 3533, RFC 7845). Nothing is decoded.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

FORMATS = {
    "audio/ogg": "ogg",
    "audio/mp4": "mp4",
    "audio/m4a": "m4a",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/aiff": "aiff",
}
"""The names of the formats that go to Gemini as they are, by media type."""
WEBM = ("audio/webm", "video/webm")
SEGMENT, CLUSTER, TRACKS, TRACK, BLOCK_GROUP = 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE, 0xA0
OPENED = (SEGMENT, CLUSTER, TRACKS, TRACK, BLOCK_GROUP)
"""Elements whose children are read; while recording, browsers write segments and clusters of unknown size."""
CODEC, CODEC_PRIVATE, SIMPLE_BLOCK, BLOCK = 0x86, 0x63A2, 0xA3, 0xA1
LACING = 0x06
"""Bits of a block's flags; browsers put one packet in each block."""
OPUS_HEAD = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 0, 48_000, 0, 0)
OPUS_TAGS = struct.pack("<8sI8sI", b"OpusTags", 8, b"taskchat", 0)
SAMPLES = (480, 960, 1_920, 2_880) * 3 + (480, 960) * 2 + (120, 240, 480, 960) * 4
"""Samples of one frame at 48 kHz, by the configuration of its packet (RFC 6716, table 2)."""
PAGE_SEGMENTS = 255
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class NotAudio(ValueError):
    """The bytes are no recording that can be sent."""


def for_gemini(content: bytes, media_type: str) -> tuple[bytes, str]:
    """Return audio that Gemini takes and the name of its format; raises NotAudio."""
    if media_type in WEBM:
        return ogg_of_webm(content), "ogg"
    if media_type not in FORMATS or not content:
        raise NotAudio(media_type)
    return content, FORMATS[media_type]


def ogg_of_webm(content: bytes) -> bytes:
    """Return the first Opus track of a WebM file as an Ogg file; raises NotAudio."""
    elements = list(_elements(content))
    if any(element == CODEC and data.rstrip(b"\0") != b"A_OPUS" for element, data in elements):
        raise NotAudio("another codec")
    heads = [data for element, data in elements if element == CODEC_PRIVATE and data.startswith(b"OpusHead")]
    blocks = [_block(data) for element, data in elements if element in (SIMPLE_BLOCK, BLOCK) and len(data) > 4]
    if not blocks:
        raise NotAudio("no sound")
    packets = [block.packet for block in blocks if block.track == blocks[0].track]
    return b"".join(_pages(heads[-1] if heads else OPUS_HEAD, packets))


class _Block(NamedTuple):
    track: int
    packet: bytes


def _block(data: bytes) -> _Block:
    """Read a block: the number of its track, two bytes of time, its flags, and one packet."""
    track, place = _number(data, 0, keep_marker=False)
    if place + 3 >= len(data) or data[place + 2] & LACING:
        raise NotAudio("a block that browsers do not write")
    return _Block(track, data[place + 3 :])


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield id and data of each element without children, in order; the last one may be cut off."""
    place = 0
    while place < len(content):
        # An element is its id, the size of its data, and its data, which may be other elements.
        element, place = _number(content, place, keep_marker=True)
        size, after = _number(content, place, keep_marker=False)
        is_unknown = size == (1 << 7 * (after - place)) - 1  # all bits of the number are 1
        place = after
        if element in OPENED:
            continue
        if is_unknown:
            raise NotAudio("an element without size")
        yield element, content[place : place + size]
        place += size


def _number(content: bytes, place: int, *, keep_marker: bool) -> tuple[int, int]:
    """Read a number of variable length (RFC 8794, 4); return it and the place after it.

    Its first 1 bit is a marker, before which there is a 0 for each further byte; ids keep it as a part of the number.
    """
    if place >= len(content) or not content[place]:
        raise NotAudio("no WebM")
    length = 9 - content[place].bit_length()
    if place + length > len(content):
        raise NotAudio("cut off")
    value = int.from_bytes(content[place : place + length])
    return value if keep_marker else value & (1 << 7 * length) - 1, place + length


def _pages(head: bytes, packets: Sequence[bytes]) -> Iterator[bytes]:
    yield _page(0, 0, [head], begins=True)
    yield _page(1, 0, [OPUS_TAGS])
    groups = _grouped(packets)
    samples = 0  # from the beginning to the end of the page
    for number, group in enumerate(groups, 2):
        samples += sum(map(_samples_in, group))
        yield _page(number, samples, group, ends=group is groups[-1])


def _grouped(packets: Sequence[bytes]) -> list[list[bytes]]:
    """Return the packets of each page: as many as have PAGE_SEGMENTS together."""
    groups, segments = [list[bytes]()], 0
    for packet in packets:
        size = len(packet) // 255 + 1
        if size > PAGE_SEGMENTS:
            raise NotAudio("a packet that is too long")
        if segments + size > PAGE_SEGMENTS:
            groups.append([])
            segments = 0
        groups[-1].append(packet)
        segments += size
    return groups


def _samples_in(packet: bytes) -> int:
    """Return the samples of a packet at 48 kHz (RFC 6716, 3.1)."""
    if not packet:
        return 0
    code = packet[0] & 3
    frames = (1, 2, 2, packet[1] & 63 if len(packet) > 1 else 0)[code]
    return frames * SAMPLES[packet[0] >> 3]


def _page(number: int, samples: int, packets: Sequence[bytes], *, begins: bool = False, ends: bool = False) -> bytes:
    """Return a page of whole packets (RFC 3533, 6)."""
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    flags = 2 * begins + 4 * ends  # of the stream
    page = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, samples, 1, number, 0, len(lacing)) + lacing + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]  # in place of four zeros


def _checksum(page: bytes) -> int:
    """Return Ogg's CRC: that of zlib with reversed bits, and without inverting first and last."""
    reversed_crc = zlib.crc32(page.translate(REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{reversed_crc:032b}"[::-1], 2)
