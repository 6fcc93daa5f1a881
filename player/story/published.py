"""published.json beside a story file: where its clips can be fetched from, and what they are.

With it a story can be imported where the clips are not; the program writes it, not the author.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final
from urllib.parse import urlsplit

import msgspec

from player.story.clips import MAX_DURATION_MS, MAX_SIZE, in_order
from player.story.graph import Clip, Span, Timings

FORMAT: Final = 1
MAX_URL: Final = 500
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_PATH: Final = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
_CHECKSUM: Final = re.compile(r"[0-9a-f]{64}")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Destination:
    """Where clips are published: a bucket, what all keys begin with, and where it is public.

    Raises ValueError with a sentence where one of them cannot be.
    """

    bucket: str
    prefix: str = ""
    public_url: str = ""

    def __post_init__(self) -> None:
        if not _BUCKET.fullmatch(self.bucket):
            raise ValueError("a bucket is called by 3 to 63 of a-z, 0-9, dots and hyphens")
        if self.prefix and not (_PREFIX.fullmatch(self.prefix) and len(self.prefix) <= 200):  # noqa: PLR2004 - leaves room in 500
            raise ValueError("a prefix has only letters, digits, - _ . and slashes between them")
        if self.public_url and not _is_public(self.public_url):
            raise ValueError("a public address is https://host, without a query")
        if len(self.address_of("0" * 64)) > MAX_URL:
            raise ValueError(f"addresses of clips have at most {MAX_URL} characters")

    def key_of(self, checksum: str) -> str:
        """Return the name of the object that a clip is."""
        return f"{self.prefix}/clips/{checksum}.mp3".lstrip("/")

    def address_of(self, checksum: str) -> str:
        """Return audio_files.r2_url: never signed."""
        base = self.public_url.rstrip("/") or f"r2://{self.bucket}"
        return f"{base}/{self.key_of(checksum)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedClip:
    """A clip as it was published: all that its row needs."""

    checksum: str
    size: int
    duration_ms: int
    url: str
    timings: Timings = field(default_factory=Timings)


@dataclass(frozen=True, slots=True)
class Publication:
    """What of a story was published, by the place of each clip: "hi/0.00/meera/intro".

    `to` is where it went last, None where that is not known, as of a story that was exported.
    """

    to: Destination | None
    clips: Mapping[str, PublishedClip] = field(default_factory=dict)


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    checksum: str
    size: int
    duration_ms: int
    url: str
    sentences: list[tuple[int, int, int, int]] = []
    words: list[tuple[int, int, int, int]] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    clips: dict[str, _Entry]
    bucket: str = ""
    prefix: str = ""
    public_url: str = ""


def published(clip: Clip, to: Destination) -> PublishedClip:
    """Return how `clip` is noted once it is there."""
    return _noted(clip, to.address_of(clip.checksum))


def published_already(clip: Clip) -> PublishedClip | None:
    """Return how `clip` is noted with the address it has, None where it cannot be fetched so."""
    is_known = is_address(clip.url) and _is_clip(clip.checksum, clip.size, clip.duration_ms)
    return _noted(clip, clip.url) if is_known else None


def read_published(source: bytes) -> Publication:
    """Read a published.json. Raises ValueError with a sentence for people."""
    found = msgspec.json.decode(source, type=_File)
    if found.format != FORMAT:
        raise ValueError(f"format {found.format}; this program reads format {FORMAT}")
    is_known = bool(found.bucket or found.prefix or found.public_url)
    to = Destination(found.bucket, found.prefix, found.public_url) if is_known else None
    return Publication(to, {key: _clip(key, entry) for key, entry in found.clips.items()})


def write_published(publication: Publication) -> str:
    """Return the text of a published.json, one clip a line."""
    to = publication.to
    head = {"format": FORMAT, **(asdict(to) if to else {})}
    told = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = [
        f"  {json.dumps(key)}: {json.dumps(_entry(clip), separators=(',', ':'))}"
        for key, clip in sorted(publication.clips.items())
    ]
    return f'{told},\n "clips": {{\n' + ",\n".join(lines) + "\n }\n}\n"


def is_address(url: str) -> bool:
    """Whether clips may be fetched from `url`: https:// or r2://, without a query or a password."""
    try:
        parts = urlsplit(url)
        is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
        is_plain &= url.isprintable() and url.isascii() and " " not in url
    except ValueError:
        return False
    if not is_plain or len(url) > MAX_URL or not parts.hostname or parts.path in ("", "/"):
        return False
    return parts.scheme in ("https", "r2") or (
        parts.scheme == "http" and parts.hostname in _LOOPBACK
    )


def _is_public(url: str) -> bool:
    return is_address(f"{url.rstrip('/')}/x") and not url.startswith("r2:") and _has_plain_path(url)


def _has_plain_path(url: str) -> bool:
    return bool(_PATH.fullmatch(urlsplit(url.rstrip("/")).path))


def _noted(clip: Clip, url: str) -> PublishedClip:
    return PublishedClip(
        checksum=clip.checksum,
        size=clip.size,
        duration_ms=clip.duration_ms,
        url=url,
        timings=clip.timings,
    )


def _is_clip(checksum: str, size: int, duration_ms: int) -> bool:
    is_sum = bool(_CHECKSUM.fullmatch(checksum))
    return is_sum and 0 < size <= MAX_SIZE and 0 < duration_ms <= MAX_DURATION_MS


def _clip(key: str, entry: _Entry) -> PublishedClip:
    sentences = tuple(Span(*row) for row in entry.sentences)
    words = tuple(Span(*row) for row in entry.words)
    if not _is_clip(entry.checksum, entry.size, entry.duration_ms):
        raise ValueError(f"{key[:100]} has no checksum, size or length of a clip")
    if not is_address(entry.url):
        raise ValueError(f"{key[:100]} lies at no address that clips are fetched from")
    if not (in_order(sentences) and in_order(words)):
        raise ValueError(f"the times of {key[:100]} are not in order")
    return PublishedClip(
        checksum=entry.checksum,
        size=entry.size,
        duration_ms=entry.duration_ms,
        url=entry.url,
        timings=Timings(sentences, words),
    )


def _entry(clip: PublishedClip) -> dict[str, object]:
    entry: dict[str, object] = {
        "checksum": clip.checksum,
        "size": clip.size,
        "duration_ms": clip.duration_ms,
        "url": clip.url,
    }
    for name, spans in (("sentences", clip.timings.sentences), ("words", clip.timings.words)):
        if spans:
            entry[name] = [[s.start, s.end, s.start_ms, s.end_ms] for s in spans]
    return entry
