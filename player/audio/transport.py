"""What can be done with the clip that plays: begin it, move in it, let it end or fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from player.audio.clock import Alarm, ThreadClock
from player.audio.engine import Engine
from player.audio.growth import Growth
from player.audio.output import (
    ClipFailed,
    ClipFinished,
    ClipLoading,
    ClipRecovered,
    ClipStalled,
    ClipStarted,
    OutputEvent,
    Source,
)
from player.audio.playing import SHORT_MS, Playing
from player.audio.vigil import Vigil

TRY_AGAIN: Final = "Hear the line again to try the sound."


class Transport:
    """Moves one clip at a time on an engine; everything runs on the thread of `clock`.

    `tell` passes an event up unless its playing was replaced. A clip without a source passes in
    silence. `armed` is the clip to which libVLC's events belong.
    """

    def __init__(
        self,
        clock: ThreadClock,
        tell: Callable[[Playing, OutputEvent], None],
    ) -> None:
        self._clock = clock
        self._tell = tell
        self._engine: Engine | None = None
        self._trouble = ""
        self._playing: Playing | None = None
        self._armed: Playing | None = None
        self._cued: Source | None = None
        self._seek_alarm = Alarm(clock)
        self._vigil = Vigil(clock, self._stall, self._end)
        self._growth = Growth(
            clock, on_loading=self._load, on_dry=self._run_dry, on_over=self._mend
        )

    def use(self, engine: Engine | None, trouble: str = "") -> None:
        """Play on `engine`; without one, every clip fails with `trouble`."""
        self._engine = engine
        self._trouble = trouble

    def fail(self, reason: str) -> None:
        """Give the clip up, saying why."""
        if self._playing is not None and not self._playing.over:
            self._give_up(self._playing, reason)

    def close(self) -> None:
        """Fall silent and give libVLC back."""
        self._disarm()
        self._playing = None
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _has(self, playing: Playing) -> bool:
        return playing is self._playing and not playing.over

    def _disarm(self) -> None:
        """From here on nothing that the clip does is heard of."""
        self._armed = None
        self._seek_alarm.cancel()
        self._vigil.drop()
        self._growth.drop()

    def _take(self, source: Source) -> None:
        """Have this clip ready from its start; the one before falls silent."""
        if self._engine is not None:
            self._engine.set_clip(source, 0)
            self._cued = source

    def _silence(self) -> None:
        self._cued = None
        if self._engine is not None:
            self._engine.stop()

    def _begin(self, playing: Playing) -> None:
        """Let the clip begin where it is wanted."""
        start_ms = playing.request.start_ms if playing.seek_ms is None else playing.seek_ms
        playing.begin(self._clock.now())
        source = playing.request.source
        if source is None:
            playing.sounding = playing.loaded = playing.ends_by_clock = True
            self._run(playing, playing.alive_at)
        elif self._engine is None:
            self._give_up(playing, self._trouble)
            return
        else:
            self._armed = None
            if start_ms > 0 or source != self._cued:
                self._engine.set_clip(source, start_ms)
            self._cued = None
            self._armed = playing
            self._engine.play()
            self._growth.keep(playing)
        self._vigil.keep(playing)

    def _land(self, playing: Playing) -> None:
        """Make the seek that was asked for last; it waits while the clip is silent or held.

        libVLC heeds nothing while it waits for bytes or has them all: the clip begins anew then.
        """
        if not self._has(playing) or playing.held or playing.seek_ms is None:
            return
        if playing.growing is not None and (
            not playing.sounding or playing.dry or playing.left_ms(self._clock.now()) < SHORT_MS
        ):
            self._begin(playing)
            return
        if not playing.sounding:
            return
        if playing.is_sound and self._engine is not None and self._engine.may_ignore_seeks:
            self._begin(playing)
            return
        position_ms, playing.seek_ms = playing.seek_ms, None
        playing.alive_at = self._clock.now()
        if playing.is_sound and self._engine is not None:
            self._engine.seek(position_ms)
        playing.position.land(playing.alive_at)
        playing.position.run(playing.alive_at)
        self._vigil.keep(playing)

    def _run(self, playing: Playing, now: float) -> None:
        playing.position.run(now)
        if not playing.told:
            playing.told = True
            self._tell(playing, ClipStarted(playing.request.token))
        elif playing.loading:
            self._tell(playing, ClipRecovered(playing.request.token))
        playing.dry = playing.loading = False

    def _load(self, playing: Playing, percent: int | None) -> None:
        playing.loading = True
        self._tell(playing, ClipLoading(playing.request.token, percent))

    def _run_dry(self, playing: Playing, enough: int) -> None:
        if self._engine is not None:
            self._engine.gather(enough)
        self._vigil.keep(playing)

    def _mend(self, playing: Playing) -> None:
        """Nothing more comes of a clip that could not be heard: hear it now, or give it up."""
        growing = playing.request.growing
        if growing is not None and growing.error is not None:
            self._give_up(playing, f"{growing.error} {TRY_AGAIN}")
        else:
            playing.mended = True
            playing.seek_ms = playing.shown_ms(self._clock.now())
            self._begin(playing)

    def _awaits_mending(self, playing: Playing) -> bool:
        """Whether the clip is broken only by what came so far; it is begun again, or given up."""
        growing = playing.request.growing
        if growing is None or (playing.mended and growing.error is None):
            return False
        if growing.is_over:
            self._mend(playing)
            return True
        playing.broken = True
        playing.position.hold(self._clock.now())
        self._armed = None
        self._growth.keep(playing)
        return True

    def _give_up(self, playing: Playing, reason: str) -> None:
        playing.over = True
        playing.position.hold(self._clock.now())
        self._disarm()
        self._silence()
        is_unheard = playing.blocks == 0
        self._tell(playing, ClipFailed(playing.request.token, reason, is_unheard))

    def _stall(self, playing: Playing) -> None:
        now = self._clock.now()
        playing.stalled = True
        playing.position.hold(now)
        self._tell(playing, ClipStalled(playing.request.token, playing.shown_ms(now)))

    def _end(self, playing: Playing) -> None:
        """The clip was heard to its end."""
        playing.over = True
        self._disarm()
        playing.position.finish()
        self._tell(playing, ClipFinished(playing.request.token))
