"""Sound through libVLC: the output that listeners hear, and the one that writes it to a file."""

from __future__ import annotations

import importlib
import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Final

from player.audio.clock import ThreadClock
from player.audio.ear import Ear
from player.audio.engine import Engine, new_instance
from player.audio.output import FASTEST, SLOWEST, ClipRequest, OutputEvent, Source
from player.audio.playing import Playing
from player.audio.position import Position
from player.audio.turntable import Turntable
from player.errors import KahaniError, MissingPartError

LOUDEST: Final = 100
TO_CLOSE_S: Final = 2.0

_log = logging.getLogger(__name__)


def load_vlc() -> ModuleType:
    """Import python-vlc and call into libVLC once; 40 ms the first time, nothing after.

    Raises MissingPartError, saying what to install: without libVLC the import raises OSError,
    NotImplementedError or FileNotFoundError, with a bad path SystemExit, and on some systems it
    succeeds and the first call raises NameError.
    """
    try:
        vlc = importlib.import_module("vlc")
        vlc.libvlc_get_version()
    except (Exception, SystemExit) as error:
        raise MissingPartError(f"libVLC was not found. {_how_to_install()}") from error
    return vlc


def probe() -> str:
    """Return libVLC's version after making sure that it can play; 10-50 ms, on any thread.

    Raises MissingPartError, saying what to install.
    """
    vlc = load_vlc()
    new_instance(vlc).release()
    return str(vlc.libvlc_get_version().decode("utf-8", "replace"))


class VlcOutput:
    """Obeys the output protocol with libVLC, which one thread of its own calls.

    `start` loads libVLC if `probe` has not been called before; making the player is left to the
    thread. Where that fails, every clip fails with the reason.
    """

    name = "vlc"

    def __init__(self, ear: Ear | None = None) -> None:
        """Sound on the system's device, or in `ear` where one is given; it is closed with this."""
        self._lock = threading.RLock()
        self._clock = ThreadClock()
        self._turntable = Turntable(self._clock, self._tell, self._is_wanted)
        self._thread: threading.Thread | None = None
        self._listener: Callable[[OutputEvent], None] | None = None
        self._wanted: Playing | None = None
        self._speed = 1.0
        self._ear = ear

    def start(self, listener: Callable[[OutputEvent], None]) -> None:
        """Load libVLC and start its thread. Raises MissingPartError when it is not installed."""
        vlc = load_vlc()
        self._listener = listener
        self._thread = threading.Thread(target=self._own, args=(vlc,), name="vlc", daemon=True)
        self._thread.start()

    def play(self, request: ClipRequest) -> None:
        """Play this clip now, in place of any other."""
        position = Position(
            request.start_ms,
            request.duration_ms,
            self._speed,
            is_reported=request.source is not None,
        )
        playing = Playing(request, position, held=request.paused)
        with self._lock:
            self._wanted = playing
        self._clock.put(partial(self._turntable.play, playing))

    def prepare(self, path: Path) -> None:
        """Have the system read the file ahead, so that no disk is waited for."""
        self._clock.put(partial(_read_ahead, path))

    def cue(self, source: Source) -> None:
        """Let go of the present clip, and have this one ready to be played next.

        Saves 1-2 ms of the time from a key to its sound when done while a choice is written down.
        """
        with self._lock:
            self._wanted = None
        self._clock.put(partial(self._turntable.cue, source))

    def pause(self) -> None:
        """Hold the sound where it is."""
        if (playing := self._wanted) is not None:
            playing.position.hold(time.monotonic())
            self._clock.put(partial(self._turntable.pause, playing))

    def resume(self) -> None:
        """Go on from where it was held."""
        if (playing := self._wanted) is not None:
            self._clock.put(partial(self._turntable.resume, playing))

    def seek(self, position_ms: int) -> None:
        """Go to `position_ms`: shown at once, heard when no other seek came for 150 ms."""
        playing = self._wanted
        if playing is not None and not playing.over:
            target_ms = playing.clamped(position_ms)
            playing.position.aim(target_ms)
            self._clock.put(partial(self._turntable.seek, playing, target_ms))

    def set_speed(self, speed: float) -> None:
        """Play faster or slower with the same pitch, clamped to 0.5-2.0."""
        self._speed = min(max(speed, SLOWEST), FASTEST)
        if (playing := self._wanted) is not None:
            playing.position.set_speed(self._speed, time.monotonic())
        self._clock.put(partial(self._turntable.set_speed, self._speed))

    def set_volume(self, volume: int) -> None:
        """Set the loudness, clamped to 0-100."""
        self._clock.put(partial(self._turntable.set_volume, min(max(volume, 0), LOUDEST)))

    def stop(self) -> None:
        """Fall silent and forget the clip."""
        with self._lock:
            self._wanted = None
        self._clock.put(self._turntable.stop)

    def position_ms(self) -> int:
        """Return where the listener is in the clip, 0 when there is none."""
        playing = self._wanted
        return playing.shown_ms(time.monotonic()) if playing is not None else 0

    def close(self) -> None:
        """Fall silent, give libVLC back and end the thread; waits 2 s for it at most."""
        with self._lock:
            self._wanted = None
            self._listener = None
        thread, self._thread = self._thread, None
        if thread is not None:
            if self._ear is not None:
                self._ear.cut()
            self._clock.put(None)
            if thread is not threading.current_thread():
                thread.join(TO_CLOSE_S)
        if self._ear is not None:
            self._ear.close()

    def _own(self, vlc: ModuleType) -> None:
        """Own libVLC: what the thread does from start to close."""
        try:
            self._turntable.use(Engine(vlc, self._turntable.signal, self._ear))
        except KahaniError as error:
            self._turntable.use(None, str(error))
        self._clock.run(self._guarded)
        self._turntable.close()

    def _guarded(self, call: Callable[[], None]) -> None:
        """Outlive whatever goes wrong in one call: the next clip may well play."""
        try:
            call()
        except Exception:  # noqa: BLE001 - the thread's outer edge
            _log.exception("The sound thread met a fault")
            self._turntable.fail("The sound part met a fault; see the log.")

    def _is_wanted(self, playing: Playing | None) -> bool:
        return playing is self._wanted

    def _tell(self, playing: Playing, event: OutputEvent) -> None:
        """Tell the listener, unless this clip was replaced: checked and told under one lock."""
        with self._lock:
            if playing is self._wanted and self._listener is not None:
                self._listener(event)


class WavOutput(VlcOutput):
    """Plays through libVLC into a WAV file, in real time; no sound device is needed."""

    name = "wav"
    ahead_ms = 1500
    """A stall of the machine leaves no hole; a listener would wait too long for a new speed."""

    def __init__(self, path: Path) -> None:
        """Write to `path`, in place of any file there. Raises OSError when that is impossible."""
        super().__init__(Ear(path, ahead_ms=self.ahead_ms))

    def play(self, request: ClipRequest) -> None:
        """Play this clip to the end of its silence: a recording holds every clip whole."""
        super().play(replace(request, tail_ms=0))


def _read_ahead(path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        _log.info("Cannot read %s ahead: %s", path.name, error.strerror)


def _how_to_install() -> str:
    if sys.platform == "darwin":
        return "Install VLC 3 with: brew install --cask vlc, or from https://www.videolan.org/vlc/."
    if sys.platform == "win32":
        return "Install VLC 3 (64 bit) from https://www.videolan.org/vlc/."
    return (
        "Debian and Ubuntu: apt-get install --no-install-recommends "
        "libvlc5 vlc-plugin-base libvlc-bin. Fedora: dnf install vlc-libs. "
        "Arch: pacman -S vlc."
    )
