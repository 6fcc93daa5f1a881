"""The thread that owns the sound: takes wishes and libVLC's events one by one, and decides."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from player.audio.clock import ThreadClock
from player.audio.output import ClipEndedEarly, ClipRecovered, OutputEvent, Source
from player.audio.playing import Playing
from player.audio.transport import Transport

SEEK_REST_S: Final = 0.15
"""A seek is made when no other came for so long: a held key is one seek."""
VOLUME_AGAIN_S: Final = 0.01
"""How soon a volume is tried again that libVLC refused."""
LOST_BLOCKS: Final = 20
"""So many blocks lost (half a second) and none played: there is no device."""

NO_DEVICE: Final = (
    "No sound device took the sound. Connect one or start the sound server, "
    "then hear the line again."
)


class Turntable(Transport):
    """Does what the listener wishes, and reacts to libVLC; all but `signal` on `clock`'s thread.

    `is_wanted` answers whether a playing (None: silence) is still what the listener wants, so that
    wishes overtaken by newer ones cost nothing.
    """

    def __init__(
        self,
        clock: ThreadClock,
        tell: Callable[[Playing, OutputEvent], None],
        is_wanted: Callable[[Playing | None], bool],
    ) -> None:
        super().__init__(clock, tell)
        self._is_wanted = is_wanted
        self._volume_wish: int | None = None

    def signal(self, name: str, value: float, now: float) -> None:
        """Take an event of libVLC, on any thread: it only goes on the queue, with its clip."""
        playing = self._armed
        if playing is not None:
            self._clock.put(partial(self._on_signal, playing, name, value, now))

    def play(self, playing: Playing) -> None:
        """Play this in place of the one before; when it is held, have it ready."""
        if not self._is_wanted(playing):
            return
        self._disarm()
        self._playing = playing
        if playing.held or playing.request.source is None:
            self._silence()
        if not playing.held:
            self._begin(playing)

    def cue(self, source: Source) -> None:
        """Take this clip in place of the one before, unless another is wanted by now."""
        if self._is_wanted(None):
            self._disarm()
            self._playing = None
            self._take(source)

    def pause(self, playing: Playing) -> None:
        """Hold it; what libVLC has not begun yet is held as soon as it begins."""
        if self._has(playing) and not playing.held:
            playing.held = True
            if playing.sounding and playing.is_sound and self._engine is not None:
                self._engine.pause()
            self._vigil.keep(playing)

    def resume(self, playing: Playing) -> None:
        """Let it go on; after a seek meanwhile by a new beginning.

        A seek that libVLC makes while it holds a clip costs the next 300 ms of sound.
        """
        if not self._has(playing) or not playing.held:
            return
        playing.held = False
        playing.alive_at = self._clock.now()
        if not playing.begun or playing.seek_ms is not None:
            self._begin(playing)
        elif not playing.is_sound:
            playing.position.run(playing.alive_at)
        elif self._engine is not None:
            self._engine.resume()
        self._vigil.keep(playing)

    def seek(self, playing: Playing, position_ms: int) -> None:
        """Go to `position_ms`, when no other seek comes for a moment."""
        if self._has(playing):
            playing.seek_ms = position_ms
            if playing.begun:
                when = self._clock.now() + SEEK_REST_S
                self._seek_alarm.set(when, partial(self._land, playing))
                self._vigil.keep(playing)

    def set_speed(self, speed: float) -> None:
        """Play at this speed from now on."""
        self._vigil.set_speed(speed)
        self._growth.set_speed(speed)
        if self._engine is not None:
            self._engine.set_speed(speed)
        if self._playing is not None:
            self._vigil.keep(self._playing)

    def set_volume(self, volume: int) -> None:
        """Play this loud from now on; before the first sound libVLC takes no volume."""
        is_set = self._engine is not None and self._engine.set_volume(volume)
        self._volume_wish = None if is_set else volume

    def stop(self) -> None:
        """Fall silent, unless another clip is wanted by now: that one replaces this anyway."""
        if self._is_wanted(None):
            self._disarm()
            self._playing = None
            self._silence()

    def _on_signal(self, playing: Playing, name: str, value: float, now: float) -> None:
        if self._has(playing):
            getattr(self, f"_on_{name}")(playing, value, now)

    def _on_playing(self, playing: Playing, _: float, now: float) -> None:
        playing.sounding = True
        playing.alive_at = now
        if self._engine is not None:
            playing.believe(self._engine.length_ms())
            self._renew_volume(playing)
        if playing.held:
            if self._engine is not None:
                self._engine.pause()
        elif playing.loaded:
            self._run(playing, now)
        if playing.seek_ms is not None and not self._seek_alarm.is_set:
            self._land(playing)
        self._vigil.keep(playing)

    def _renew_volume(self, playing: Playing) -> None:
        """Try again until libVLC has opened its sound, which is before the first sample is due."""
        if self._volume_wish is not None and self._has(playing):
            self.set_volume(self._volume_wish)
            again = self._clock.now() + VOLUME_AGAIN_S
            self._clock.call_at(again, partial(self._renew_volume, playing))

    def _on_paused(self, playing: Playing, _: float, __: float) -> None:
        """Held, but wanted again meanwhile: libVLC ignored that wish, as it was not held yet."""
        if not playing.held and self._engine is not None:
            self._engine.resume()

    def _on_buffering(self, playing: Playing, percent: float, now: float) -> None:
        playing.loaded = percent > 0
        if not playing.sounding or playing.held:
            return
        if playing.loaded:
            self._run(playing, now)
        else:
            playing.position.hold(now)
        self._vigil.keep(playing)

    def _on_time(self, playing: Playing, position_ms: float, now: float) -> None:
        playing.position.report(position_ms, now)
        played, lost = self._engine.blocks() if self._engine is not None else (0, 0)
        if played == 0 and lost > LOST_BLOCKS:
            self._give_up(playing, NO_DEVICE)
        elif played > playing.blocks:
            playing.blocks = played
            playing.alive_at = now
            if playing.stalled:
                playing.stalled = False
                self._run(playing, now)
                self._tell(playing, ClipRecovered(playing.request.token))
                self._vigil.keep(playing)
            elif playing.dry and self._engine is not None and not self._engine.is_gathering:
                self._run(playing, now)
                self._vigil.keep(playing)

    def _on_error(self, playing: Playing, _: float, __: float) -> None:
        if self._awaits_mending(playing):
            return
        name = playing.request.path.name if playing.request.path is not None else "silence"
        self._give_up(
            playing,
            f"The sound file {name} cannot be played: it is missing or is no sound. "
            "Import or download the story again.",
        )

    def _on_end(self, playing: Playing, _: float, now: float) -> None:
        """The clip ended: whole, or too soon; or it is to go on elsewhere, as a seek waits."""
        played, lost = self._engine.blocks() if self._engine is not None else (0, 0)
        if played == 0 and lost > 0:
            self._give_up(playing, NO_DEVICE)
        elif playing.seek_ms is not None:
            self._begin(playing)
        elif playing.growing is not None and self._awaits_mending(playing):
            return
        elif playing.ended_early(playing.shown_ms(now)):
            if self._awaits_mending(playing):
                return
            if played == 0 and playing.ends_by_clock:  # as long as it should be: it is no ruin
                self._give_up(playing, NO_DEVICE)
                return
            playing.over = True
            self._disarm()
            playing.position.hold(now)
            token = playing.request.token
            self._tell(playing, ClipEndedEarly(token, playing.shown_ms(now)))
        else:
            self._end(playing)
