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
SEGMENT, CLUSTER, TRACKS, TRACK, BLOCK_GROUP = 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE, 0xA0
PARENTS = (SEGMENT, CLUSTER, TRACKS, TRACK, BLOCK_GROUP)
"""Elements whose children are read; while recording, browsers write segments and clusters of unknown size."""
CODEC, CODEC_PRIVATE, SIMPLE_BLOCK, BLOCK = 0x86, 0x63A2, 0xA3, 0xA1
LACING = 0x06
"""Bits of a block's flags, set if it has several packets; browsers put one in each block."""
OPUS_HEAD = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 0, 48_000, 0, 0)
OPUS_TAGS = struct.pack("<8sI8sI", b"OpusTags", 8, b"taskchat", 0)
FRAME_SAMPLES = (480, 960, 1_920, 2_880) * 3 + (480, 960) * 2 + (120, 240, 480, 960) * 4
"""Samples of one frame at 48 kHz, by the configuration of its packet (RFC 6716, table 2)."""
PAGE_SEGMENTS = 255
"""A page has at most so many segments of up to 255 bytes."""
BYTES_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class NotAudio(ValueError):
    """The bytes are no recording that can be sent."""


class _Element(NamedTuple):
    id: int
    data: bytes


def for_gemini(content: bytes, media_type: str) -> tuple[bytes, str]:
    """Return audio that Gemini takes and the name of its format; raises NotAudio."""
    if media_type in ("audio/webm", "video/webm"):
        return ogg_of_webm(content), "ogg"
    if media_type not in FORMATS or not content:
        raise NotAudio(media_type)
    return content, FORMATS[media_type]


def ogg_of_webm(content: bytes) -> bytes:
    """Return the first Opus track of a WebM file as an Ogg file; raises NotAudio."""
    head = OPUS_HEAD
    packets: dict[int, list[bytes]] = {}  # by track, the first track first
    for element in _elements(content):
        if element.id == CODEC and element.data.rstrip(b"\0") != b"A_OPUS":
            raise NotAudio("another codec")
        if element.id == CODEC_PRIVATE and element.data.startswith(b"OpusHead"):
            head = element.data
        elif element.id in (SIMPLE_BLOCK, BLOCK) and len(element.data) > 4:
            track, packet = _block(element.data)
            packets.setdefault(track, []).append(packet)
    if not packets:
        raise NotAudio("no sound")
    return b"".join(_pages(head, next(iter(packets.values()))))


def _block(data: bytes) -> tuple[int, bytes]:
    """Return the number of a block's track, and its packet; between them are two bytes of time and a byte of flags."""
    track, after_track = _number(data, 0)
    packet = data[after_track + 3 :]
    if not packet or data[after_track + 2] & LACING:
        raise NotAudio("a block that browsers do not write")
    return track, packet


def _elements(content: bytes) -> Iterator[_Element]:
    """Yield each element without children, in order; the last one may be cut off."""
    place = 0
    while place < len(content):
        # An element is its id, the size of its data, and its data, which may be other elements.
        id_end = place + _number_length(content, place)
        element_id = int.from_bytes(content[place:id_end])
        size, place = _number(content, id_end)
        if element_id in PARENTS:  # go on with its first child
            continue
        is_unknown = size == (1 << 7 * (place - id_end)) - 1  # all bits of the number are 1
        if is_unknown:
            raise NotAudio("an element without size")
        yield _Element(element_id, content[place : place + size])
        place += size


def _number(content: bytes, place: int) -> tuple[int, int]:
    """Read the number of variable length at this place; return it and the place after it."""
    length = _number_length(content, place)
    without_marker = (1 << 7 * length) - 1  # seven bits of each byte
    return int.from_bytes(content[place : place + length]) & without_marker, place + length


def _number_length(content: bytes, place: int) -> int:
    """Return how many bytes the number of variable length at this place has (RFC 8794, 4).

    Its first 1 bit is a marker, before which there is a 0 for each further byte. An id contains its marker.
    """
    if place >= len(content) or not content[place]:
        raise NotAudio("no WebM")
    length = 9 - content[place].bit_length()
    if place + length > len(content):
        raise NotAudio("cut off")
    return length


def _pages(head: bytes, packets: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the pages of an Ogg file: one for each of the two headers, then those with sound."""
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
    """Return the samples of a packet at 48 kHz, by its number of frames (RFC 6716, 3.1)."""
    if not packet:
        return 0
    frames_of_code_3 = packet[1] & 63 if len(packet) > 1 else 0
    frames = (1, 2, 2, frames_of_code_3)[packet[0] & 3]
    return frames * FRAME_SAMPLES[packet[0] >> 3]


def _page(number: int, samples: int, packets: Sequence[bytes], *, begins: bool = False, ends: bool = False) -> bytes:
    """Return a page of whole packets (RFC 3533, 6)."""
    # The lengths of the packets, each as a sum of bytes that ends with one below 255.
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    flags = (2 if begins else 0) + (4 if ends else 0)
    version, stream = 0, 1

    def with_checksum(checksum: int) -> bytes:
        head = struct.pack("<4sBBqIIIB", b"OggS", version, flags, samples, stream, number, checksum, len(lacing))
        return head + lacing + b"".join(packets)

    # Ogg's CRC is that of zlib with reversed bits, and without inverting first and last.
    reversed_crc = zlib.crc32(with_checksum(0).translate(BYTES_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return with_checksum(int(f"{reversed_crc:032b}"[::-1], 2))
