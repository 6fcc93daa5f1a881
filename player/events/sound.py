"""What happened to the sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from player.audio.output import PlaybackState

CONNECTING: Final = "connecting"
BUFFERING: Final = "buffering"
"""Why the sound is loading where its clip is still coming; the second is followed by "40 %"."""


@dataclass(frozen=True, slots=True)
class PlaybackChanged:
    """The sound changed its state; `reason` says why where that is not plain."""

    state: PlaybackState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PositionJumped:
    """The listener went to another place in the clip (seek, replay, line step)."""

    position_ms: int


@dataclass(frozen=True, slots=True)
class SpeedChanged:
    """The speed is now `speed`, 1.0 being as recorded."""

    speed: float


@dataclass(frozen=True, slots=True)
class VolumeChanged:
    """The volume is now `volume`, 0 to 100; 0 with `is_muted`."""

    volume: int
    is_muted: bool
