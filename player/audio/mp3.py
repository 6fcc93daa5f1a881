"""How long an MP3 file is heard, read from its frames."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from player.errors import KahaniError

LARGEST: Final = 64 * 2**20
"""Bytes: over two hours of speech; nothing larger is a clip."""
MOST_LEADING: Final = 64 * 2**10
"""Bytes of something else before the first frame that are looked through."""
SYNC: Final = 0x7FF
"""The eleven bits with which every frame begins."""

_BITRATES: Final = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""kbit/s by MPEG version (2 stands for 2.5 too) and layer; layer 3 of MPEG 2 is as its layer 2."""
_RATES: Final = (44_100, 48_000, 32_000)


class NotMp3Error(KahaniError):
    """The file is no MP3, or is too damaged to tell its length."""


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What an MP3 file says of itself; `duration_ms` is what is heard, without codec padding."""

    duration_ms: int
    sample_rate: int
    channels: int
    frames: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """One frame header: its bytes, its samples, and where an encoder's own tag would be."""

    size: int
    samples: int
    rate: int
    channels: int
    tag_at: int
    kind: int


def audio_info(path: Path) -> AudioInfo:
    """Read the whole file and count its frames; 1 ms for a minute of speech.

    A Xing or Info frame is no sound and is not counted; the padding that LAME notes in it is taken
    off, as decoders do. Tags before and after are skipped. Raises NotMp3Error, naming the file, for
    anything that is not MPEG audio from its first frame to its last, and OSError from the disk.
    """
    if path.stat().st_size > LARGEST:
        raise NotMp3Error(f"{path.name} is larger than {LARGEST >> 20} MB: split it into clips.")
    content = path.read_bytes()
    at = _first_frame(content)
    first = _frame(content, at) if at is not None else None
    if at is None or first is None:
        raise NotMp3Error(f"{path.name} is no MP3 file. Encode it as MP3, 48 kHz mono, 64 kbit/s.")
    padding = _padding(content, at, first)
    if padding is not None:
        at += first.size
    frames, end = _count(content, at, first)
    rest = len(content) - end
    if frames == 0 or (rest > 0 and not _is_tail(content, end)):
        raise NotMp3Error(
            f"{path.name} is damaged: {rest} bytes after frame {frames} are no sound. "
            "Encode it again."
        )
    samples = max(frames * first.samples - (padding or 0), 0)
    return AudioInfo(round(samples * 1000 / first.rate), first.rate, first.channels, frames)


def _count(content: bytes, at: int, first: _Frame) -> tuple[int, int]:
    """Count the frames from `at` on; return them and where they end.

    A last frame that is cut short is counted by nobody and belongs to the end. Each header is read
    once: most frames of a clip have the same, and an import spends most of its time here.
    """
    frames = 0
    known: dict[bytes, _Frame | None] = {}
    while True:
        head = content[at : at + 4]
        if head not in known:
            known[head] = _frame(content, at)
        frame = known[head]
        if frame is None or frame.kind != first.kind:
            return frames, at
        if at + frame.size > len(content):
            return frames, len(content)
        at += frame.size
        frames += 1


def _first_frame(content: bytes) -> int | None:
    """Return where the first frame is, behind any ID3v2 tags: one that another frame follows."""
    at = 0
    while content[at : at + 3] == b"ID3" and len(content) >= at + 10:
        size = 0
        for byte in content[at + 6 : at + 10]:
            size = size << 7 | (byte & 0x7F)
        footer = 10 if content[at + 5] & 0x10 else 0
        at += 10 + size + footer
    limit = min(at + MOST_LEADING, len(content) - 3)
    while (at := content.find(b"\xff", at, limit)) >= 0:
        frame = _frame(content, at)
        if frame is not None:
            follower = _frame(content, at + frame.size)
            if follower is not None and follower.kind == frame.kind:
                return at
        at += 1
    return None


def _frame(content: bytes, at: int) -> _Frame | None:
    """Read the frame header at `at`; None when there is none."""
    if at + 4 > len(content):
        return None
    head = int.from_bytes(content[at : at + 4], "big")
    version_bits, layer_bits = head >> 19 & 3, head >> 17 & 3
    bitrate_index, rate_index = head >> 12 & 15, head >> 10 & 3
    is_frame = head >> 21 == SYNC and version_bits != 1 and layer_bits != 0
    if not is_frame or bitrate_index in {0, 15} or rate_index == len(_RATES):
        return None
    version, layer = (1 if version_bits == 3 else 2), 4 - layer_bits  # noqa: PLR2004 - bit patterns
    rate = _RATES[rate_index] >> {3: 0, 2: 1, 0: 2}[version_bits]
    table = _BITRATES[version, min(layer, 2) if version == 2 else layer]  # noqa: PLR2004
    bitrate = table[bitrate_index - 1] * 1000
    padding = head >> 9 & 1
    if layer == 1:
        samples, size = 384, (12 * bitrate // rate + padding) * 4
    else:
        samples = 576 if layer == 3 and version == 2 else 1152  # noqa: PLR2004
        size = samples // 8 * bitrate // rate + padding
    channels = 1 if head >> 6 & 3 == 3 else 2  # noqa: PLR2004
    side = {(1, 1): 17, (1, 2): 32, (2, 1): 9, (2, 2): 17}[version, channels]
    return _Frame(size, samples, rate, channels, at + 4 + side, head >> 17)


def _padding(content: bytes, at: int, first: _Frame) -> int | None:
    """Return how many samples of padding LAME noted, None when the frame at `at` is no tag."""
    tag = content[first.tag_at : first.tag_at + 4]
    if tag not in {b"Xing", b"Info"}:
        return 0 if content[at + 36 : at + 40] == b"VBRI" else None
    lame = first.tag_at + 8
    flags = int.from_bytes(content[first.tag_at + 4 : lame], "big")
    for flag, size in ((1, 4), (2, 4), (4, 100), (8, 4)):
        lame += size if flags & flag else 0
    noted = content[lame + 21 : lame + 24]
    if content[lame : lame + 4] not in {b"LAME", b"Lavf", b"Lavc", b"L3.9"} or len(noted) < 3:  # noqa: PLR2004
        return 0
    both = int.from_bytes(noted, "big")
    start, end = both >> 12, both & 0xFFF
    return start + end


def _is_tail(content: bytes, at: int) -> bool:
    """Whether what begins at `at` is a tag that may stand at the end, or padding."""
    rest = content[at:]
    return rest.startswith((b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3")) or not rest.strip(b"\0")
