"""One playing of one clip: what was asked, how far it got, and whether it is still alive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from player.audio.output import ClipRequest
from player.audio.position import Position

TO_START_S: Final = 5.0
"""Without a first sign of playing for so long, the clip has stalled."""
TO_REPORT_S: Final = 3.0
"""Without any progress for so long while it should be heard, the clip has stalled."""
EARLY_MS: Final = 1000
"""An end that is this much before the length is a damaged clip, not a finished one."""

AGREED_MS: Final = 120
"""libVLC reckons up to 48 ms too much for MP3; a clip has 150 ms of silence at its tail."""


@dataclass(slots=True, eq=False)
class Playing:
    """The state of one playing; changed by the thread that owns the sound, `position` by any.

    `held` is the listener's wish; `begun`: it was given to libVLC; `sounding`: libVLC said that it
    plays; `loaded`: libVLC has data; `told`: its start was announced; `blocks`: how many blocks of
    sound a device took; `alive_at`: when it last made progress, in monotonic seconds; `seek_ms`: a
    seek that is still to be made; `ends_by_clock`: the length is sure, so the clock tells the end.
    """

    request: ClipRequest
    position: Position
    held: bool
    begun: bool = False
    sounding: bool = False
    loaded: bool = False
    told: bool = False
    stalled: bool = False
    over: bool = False
    ends_by_clock: bool = False
    blocks: int = 0
    alive_at: float = 0.0
    seek_ms: int | None = None

    @property
    def is_sound(self) -> bool:
        """Whether there is a file to hear."""
        return self.request.path is not None

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
        self.sounding = self.loaded = self.stalled = self.ends_by_clock = False
        self.blocks = 0
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
        """Return how much of the clip is still to come."""
        return max(0.0, self.request.duration_ms - self.position.at(now))

    def ended_early(self, position_ms: int) -> bool:
        """Whether an end at `position_ms` is too soon to be the end of the clip."""
        length = self.request.duration_ms
        return position_ms < length - min(EARLY_MS, length // 2)

    def clamped(self, position_ms: int) -> int:
        """Return `position_ms` within the clip; a clip of unknown length has no end."""
        length = self.request.duration_ms
        return max(position_ms, 0) if length <= 0 else min(max(position_ms, 0), length)
