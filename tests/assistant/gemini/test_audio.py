"""WebM recordings become Ogg without a change of their packets."""

import struct
from pathlib import Path

import pytest

from taskchat_app.assistant.gemini.audio import NotAudio, for_gemini, ogg_of_webm

RECORDING = Path(__file__).parent / "recording.webm"
"""A second of Chromium's fake microphone."""
PACKETS = [bytes([0x78, number % 256]) + bytes(number % 200) for number in range(300)] + [b"\x78" + bytes(700)]
"""Frames of 20 ms (CELT), more than one page holds."""
FRAME_SAMPLES = 960


def element(number: int, data: bytes, *, unknown: bool = False) -> bytes:
    size = b"\x01" + b"\xff" * 7 if unknown else (len(data) | 1 << 56).to_bytes(8)
    return number.to_bytes((number.bit_length() + 7) // 8) + size + data


def webm(packets: list[bytes], *, codec: bytes = b"A_OPUS", flags: int = 0x80) -> bytes:
    """Return a recording as Chromium writes it: segment and cluster of unknown size."""
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 312, 48_000, 0, 0)
    track = element(0xAE, element(0xD7, b"\x01") + element(0x86, codec) + element(0x63A2, head))
    blocks = b"".join(element(0xA3, b"\x81\x00\x00" + bytes([flags]) + packet) for packet in packets)
    cluster = element(0xE7, b"\x00") + blocks
    header = element(0x1A45DFA3, element(0x4282, b"webm"))
    segment = element(0x1654AE6B, track) + element(0x1F43B675, cluster, unknown=True)
    return header + element(0x18538067, segment, unknown=True)


def checksum(page: bytes) -> int:
    """Return Ogg's CRC as RFC 3533 defines it, bit by bit."""
    value = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 1 << 31 else 0)) & 0xFFFFFFFF
    return value


def pages_of(ogg: bytes) -> list[tuple[int, int, list[bytes]]]:
    """Return flags, samples and packets of each page; check the pages' order and checksums."""
    pages: list[tuple[int, int, list[bytes]]] = []
    while ogg:
        sign, _, flags, samples, _, number, stored, count = struct.unpack("<4sBBqIIIB", ogg[:27])
        lacing, packets, place = ogg[27 : 27 + count], list[bytes](), 27 + count
        size = 0
        for part in lacing:
            size += part
            if part < 255:
                packets.append(ogg[place : place + size])
                place, size = place + size, 0
        assert (sign, number, stored) == (b"OggS", len(pages), checksum(ogg[:place]))
        pages.append((flags, samples, packets))
        ogg = ogg[place:]
    return pages


def test_packets_and_their_times_stay():
    (first, tags, *sound) = pages_of(ogg_of_webm(webm(PACKETS)))
    assert (first[0], first[2][0][:8], first[2][0][10:12]) == (2, b"OpusHead", struct.pack("<H", 312))
    assert tags[2][0].startswith(b"OpusTags")
    assert [packet for _, _, packets in sound for packet in packets] == PACKETS
    assert (sound[-1][0], sound[-1][1]) == (4, len(PACKETS) * FRAME_SAMPLES)
    assert len(sound) > 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"\x1a\x45\xdf\xa3",
        b"Hello, this is a text",
        webm([]),
        webm(PACKETS, codec=b"A_VORBIS"),
        webm(PACKETS, flags=0x82),
        webm([bytes(70_000)]),
        element(0xA3, b"", unknown=True),
    ],
)
def test_other_bytes_are_refused(content: bytes):
    with pytest.raises(NotAudio):
        ogg_of_webm(content)


def test_a_recording_that_breaks_off_or_of_chromium_becomes_ogg():
    whole = webm(PACKETS)
    packets = [packet for _, _, some in pages_of(ogg_of_webm(whole[:-300]))[2:] for packet in some]
    assert packets[:-1] == PACKETS[:-1]
    _, _, *sound = pages_of(ogg_of_webm(RECORDING.read_bytes()))
    assert sound[-1][1] == 43_200, "as ffmpeg reads it"


def test_formats_that_gemini_lists_go_as_they_are():
    assert for_gemini(b"OggS", "audio/ogg") == (b"OggS", "ogg")
    for media_type in ("audio/midi", "text/plain"):
        with pytest.raises(NotAudio):
            for_gemini(b"x", media_type)
