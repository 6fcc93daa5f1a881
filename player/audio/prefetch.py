"""Which clips to fetch ahead, in which order, and how many at a time: decided, not done."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from player.story.graph import Clip

FREE_BYTES: Final = 600_000
"""So much may be here that was not heard, however little was."""
SHARE: Final = 2
"""Else so many bytes for each byte that was heard."""
HEAD_MS: Final = 2000
"""How much of a clip is enough to begin it while the rest comes."""
FAST: Final = 125_000
"""Bytes a second from which on two clips are fetched at once: 1 Mbit/s."""
NEARLY_BYTES: Final = 8_000
"""A download that nobody waits for goes on for so little: a new request would cost as much."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clip that may be heard `depth` steps from here, by the choice `key`."""

    clip: Clip
    key: str
    probability: float
    depth: int

    @property
    def head_bytes(self) -> int:
        """How many bytes are enough to begin it."""
        clip = self.clip
        return min(clip.size, clip.size * HEAD_MS // max(1, clip.duration_ms))


@dataclass(frozen=True, slots=True)
class Want:
    """Fetch this clip, up to its first `count` bytes."""

    candidate: Candidate
    count: int

    @property
    def is_whole(self) -> bool:
        """Whether all of the clip is wanted."""
        return self.count >= self.candidate.clip.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What there is to fetch with: the link, the time until a choice, and what was spent.

    `bytes_per_s` is None as long as nothing was measured. `unheard_bytes` came and were not heard
    so far. `done` holds the checksums of clips that are here, `begun` of those whose head is,
    `failed` of those that cannot be had.
    """

    bytes_per_s: float | None
    left_s: float
    unheard_bytes: int = 0
    heard_bytes: int = 0
    done: Collection[str] = ()
    begun: Collection[str] = ()
    failed: Collection[str] = ()

    @property
    def lanes(self) -> int:
        """How many clips to fetch at once."""
        return 2 if self.bytes_per_s is not None and self.bytes_per_s >= FAST else 1

    @property
    def budget_bytes(self) -> int:
        """How much more may be fetched beyond the next step."""
        return max(FREE_BYTES, SHARE * self.heard_bytes) - self.unheard_bytes


def wanted(candidates: Sequence[Candidate], means: Means) -> Iterator[Want]:
    """Yield what to fetch, the most urgent first. `candidates` come in their own order.

    The heads of the next step's clips where the link is too slow for all of them, these clips
    whole, then what may follow them as long as the budget lasts.
    """
    missing = [c for c in candidates if c.clip.checksum not in {*means.done, *means.failed}]
    near = [candidate for candidate in missing if candidate.depth == 1]
    if _is_slow(near, means):
        for candidate in near:
            if candidate.clip.checksum not in means.begun and candidate.clip.size:
                yield Want(candidate, candidate.head_bytes)
    for candidate in near:
        yield Want(candidate, candidate.clip.size)
    left = means.budget_bytes - sum(candidate.clip.size for candidate in near)
    for candidate in missing:
        if candidate.depth > 1 and candidate.clip.size <= left:
            left -= candidate.clip.size
            yield Want(candidate, candidate.clip.size)


def is_nearly_there(clip: Clip, received: int) -> bool:
    """Whether so little is missing that it is better fetched than left."""
    return 0 < clip.size - received <= NEARLY_BYTES


def _is_slow(near: Sequence[Candidate], means: Means) -> bool:
    """Whether the clips of the next step would not all be here in time."""
    if means.bytes_per_s is None or len(near) < 2:  # noqa: PLR2004 - one has nothing to yield to
        return False
    return sum(candidate.clip.size for candidate in near) > means.bytes_per_s * means.left_s
