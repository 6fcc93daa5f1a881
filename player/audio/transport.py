"""What can be done with the clip that plays: begin it, move in it, let it end or fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from player.audio.clock import Alarm, ThreadClock
from player.audio.engine import Engine
from player.audio.output import ClipFailed, ClipFinished, ClipStalled, ClipStarted, OutputEvent
from player.audio.playing import Playing
from player.audio.vigil import Vigil


class Transport:
    """Moves one clip at a time on an engine; everything runs on the thread of `clock`.

    `tell` passes an event up unless its playing was replaced. A clip without a file passes in
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
        self._cued: Path | None = None
        self._seek_alarm = Alarm(clock)
        self._vigil = Vigil(clock, self._stall, self._end)

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

    def _take(self, path: Path) -> None:
        """Have the clip at `path` ready from its start; the one before falls silent."""
        if self._engine is not None:
            self._engine.set_clip(path, 0)
            self._cued = path

    def _silence(self) -> None:
        self._cued = None
        if self._engine is not None:
            self._engine.stop()

    def _begin(self, playing: Playing) -> None:
        """Let the clip begin where it is wanted."""
        start_ms = playing.request.start_ms if playing.seek_ms is None else playing.seek_ms
        playing.begin(self._clock.now())
        path = playing.request.path
        if path is None:
            playing.sounding = playing.loaded = playing.ends_by_clock = True
            self._run(playing, playing.alive_at)
        elif self._engine is None:
            self._give_up(playing, self._trouble)
            return
        else:
            self._armed = None
            if start_ms > 0 or path != self._cued:
                self._engine.set_clip(path, start_ms)
            self._cued = None
            self._armed = playing
            self._engine.play()
        self._vigil.keep(playing)

    def _land(self, playing: Playing) -> None:
        """Make the seek that was asked for last; it waits while the clip is silent or held."""
        is_ready = self._has(playing) and playing.sounding and not playing.held
        if not is_ready or playing.seek_ms is None:
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

    def _give_up(self, playing: Playing, reason: str) -> None:
        playing.over = True
        playing.position.hold(self._clock.now())
        self._disarm()
        self._silence()
        self._tell(playing, ClipFailed(playing.request.token, reason))

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
