"""One playing of one clip: what was asked, how far it got, and whether it is still alive."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from player.audio.output import ClipRequest, GrowingClip
from player.audio.position import Position

TO_START_S: Final = 5.0
"""Without a first sign of playing for so long, the clip has stalled."""
TO_REPORT_S: Final = 3.0
"""Without any progress for so long while it should be heard, the clip has stalled."""
EARLY_MS: Final = 1000
"""An end that is this much before the length is a damaged clip, not a finished one."""

SHORT_MS: Final = 600
"""libVLC takes in a clip so much before it is heard; with less than this there, it may wait."""

AGREED_MS: Final = 120
"""libVLC reckons up to 48 ms too much for MP3; a clip has 150 ms of silence at its tail."""


@dataclass(slots=True, eq=False)
class Playing:
    """The state of one playing; changed by the thread that owns the sound, `position` by any.

    `held` is the listener's wish; `begun`: it was given to libVLC; `sounding`: libVLC said that it
    plays; `loaded`: libVLC has data; `told`: its start was announced; `blocks`: how many blocks of
    sound a device took; `dry`: it waits for more of a growing clip; `loading`: that was announced;
    `broken`: what came of that was no sound, and may be `mended`, once, by what is still to come;
    `alive_at`: when it last made progress, in monotonic seconds; `seek_ms`: a seek that is still to
    be made; `ends_by_clock`: the length is sure, so the clock tells the end.
    """

    request: ClipRequest
    position: Position
    held: bool
    begun: bool = False
    sounding: bool = False
    loaded: bool = False
    told: bool = False
    stalled: bool = False
    dry: bool = False
    loading: bool = False
    broken: bool = False
    mended: bool = False
    over: bool = False
    ends_by_clock: bool = False
    blocks: int = 0
    alive_at: float = 0.0
    seek_ms: int | None = None

    @property
    def is_sound(self) -> bool:
        """Whether there is a clip to hear."""
        return self.request.source is not None

    @property
    def growing(self) -> GrowingClip | None:
        """The clip, as long as it is not all there; it may never be."""
        growing = self.request.growing
        if growing is None or 0 < growing.clip.size <= growing.received:
            return None
        return None if growing.is_over and growing.error is None else growing

    def left_ms(self, now: float) -> float:
        """Return how much of the clip is there that was not heard yet, in ms at speed 1."""
        growing = self.growing
        if growing is None:
            return math.inf
        size = growing.clip.size
        came = growing.received / size * self.request.duration_ms if size else 0.0
        return came - self.position.at(now)

    @property
    def is_watched(self) -> bool:
        """Whether time should be moving now."""
        return self.begun and not self.held and not self.over

    @property
    def patience_s(self) -> float:
        """How long a want of progress is no reason to worry."""
        return TO_REPORT_S if self.sounding else TO_START_S

    def begin(self, now: float) -> None:
        """Note that the clip begins, perhaps not for the first time."""
        self.begun = True
        self.sounding = self.loaded = self.stalled = self.dry = self.ends_by_clock = False
        self.blocks = 0
        self.broken = False
        self.seek_ms = None
        self.alive_at = now
        self.position.land(now)

    def believe(self, length_ms: int) -> None:
        """Compare the length that was promised with the one that libVLC reads from the file."""
        self.ends_by_clock = abs(length_ms - self.request.duration_ms) <= AGREED_MS

    def shown_ms(self, now: float) -> int:
        """Return the position in whole milliseconds."""
        return round(self.position.at(now))

    def rest_ms(self, now: float) -> float:
        """Return how much of the clip is still to be heard; never nothing before all is there."""
        rest = self.request.duration_ms - self.position.at(now)
        return max(0.0 if self.growing is None else 1.0, rest)

    def ended_early(self, position_ms: int) -> bool:
        """Whether an end at `position_ms` is too soon to be the end of the clip."""
        length = self.request.duration_ms
        return position_ms < length - min(EARLY_MS, length // 2)

    def clamped(self, position_ms: int) -> int:
        """Return `position_ms` within the clip; a clip of unknown length has no end."""
        length = self.request.duration_ms
        return max(position_ms, 0) if length <= 0 else min(max(position_ms, 0), length)
