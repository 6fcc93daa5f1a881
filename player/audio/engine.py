"""One libVLC instance and its one media player: the calls that are made, the events that come."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from player.audio.ear import AHEAD_MS, Ear
from player.audio.output import Source
from player.audio.reader import Reader
from player.errors import MissingPartError

ARGUMENTS: Final = (
    "--quiet",
    "--no-video",
    "--no-spu",
    "--no-osd",
    "--no-lua",
    "--no-metadata-network-access",
    "--no-auto-preparse",
    "--no-sub-autodetect-file",
    f"--file-caching={AHEAD_MS}",
    "--clock-jitter=0",
)
"""No `--no-stats`: the counts of played and lost blocks are how a missing device is noticed."""
FEWEST_ARGUMENTS: Final = ("--quiet", "--no-video")

Signal = Callable[[str, float, float], None]
"""Called with the name of an event, its value (0 where it has none) and monotonic seconds."""


def new_instance(vlc: ModuleType) -> Any:
    """Make a libVLC instance; raises MissingPartError when libVLC refuses even the plainest one.

    libVLC answers an option that it does not know, and a want of plugins, with None.
    """
    for arguments in (ARGUMENTS, FEWEST_ARGUMENTS):
        instance = vlc.Instance(list(arguments))
        if instance is not None:
            return instance
    raise MissingPartError(
        "libVLC is installed without its plugins, so nothing can be heard. "
        "Debian and Ubuntu: apt-get install vlc-plugin-base libvlc-bin. "
        "Elsewhere: install VLC 3 again from https://www.videolan.org/vlc/."
    )


class Engine:
    """libVLC, as its owner thread calls it; no other thread may.

    `signal` is called from libVLC's threads and must only put the event on a queue: any call into
    libVLC from there can deadlock. After `set_clip` returns, nothing more is signalled of the clip
    before; what comes after `play` is of the new one.
    """

    def __init__(self, vlc: ModuleType, signal: Signal, ear: Ear | None) -> None:
        self._vlc = vlc
        self._ear = ear
        self._ahead_ms: Final = AHEAD_MS if ear is None else ear.ahead_ms
        self._instance = new_instance(vlc)
        self._player = self._instance.media_player_new()
        if ear is not None:
            _lend(vlc, self._player, ear)
        self._media: Any = None
        self._reader: Reader | None = None
        self._stats = vlc.MediaStats()
        # Taken once: libVLC keeps the address of its callback, and Python must keep it alive.
        self._events = self._player.event_manager()
        self._attach(signal)

    def set_clip(self, source: Source, start_ms: int) -> None:
        """Take this clip; the one before it is silent and signals no more afterwards."""
        reader = None if isinstance(source, Path) else Reader(source)
        if reader is None:
            media = self._instance.media_new_path(str(source))
            media.add_option(f":file-caching={self._ahead_ms}")
        else:
            media = self._instance.media_new_callbacks(*reader.callbacks(self._vlc), None)
        if start_ms > 0:
            media.add_option(f":start-time={start_ms / 1000:.3f}")
        self._cut()
        self._player.set_media(media)
        self._release_media()
        self._media, self._reader = media, reader

    def play(self) -> None:
        """Begin the clip that was set."""
        if self._ear is not None:
            self._ear.listen()
        self._player.play()

    def pause(self) -> None:
        """Hold; ignored by libVLC before the clip plays."""
        self._player.set_pause(1)

    def resume(self) -> None:
        """Go on; ignored by libVLC while it does not know that it is held."""
        self._player.set_pause(0)

    def seek(self, position_ms: int) -> None:
        """Go to a place of the clip that plays or is held."""
        self._player.set_time(position_ms)

    @property
    def may_ignore_seeks(self) -> bool:
        """Whether so much is read ahead that it may be all of the clip: it seeks no more then."""
        return self._ahead_ms > AHEAD_MS

    def gather(self, count: int) -> None:
        """Let a growing clip that ran dry be heard again when `count` bytes of it are there."""
        if self._reader is not None:
            self._reader.gather(count)

    @property
    def is_gathering(self) -> bool:
        """Whether a growing clip is held back until more of it is there."""
        return self._reader is not None and self._reader.is_gathering

    def set_speed(self, speed: float) -> None:
        """Set the speed of this clip and all later ones."""
        self._player.set_rate(speed)

    def set_volume(self, volume: int) -> bool:
        """Set the volume, 0 to 100; False when there is no sound yet whose volume could be set."""
        return bool(self._player.audio_set_volume(volume) == 0)

    def blocks(self) -> tuple[int, int]:
        """Return how many blocks of the clip's sound were given to a device, and how many lost."""
        if self._media is None or not self._media.get_stats(self._stats):
            return 0, 0
        return int(self._stats.played_abuffers), int(self._stats.lost_abuffers)

    def length_ms(self) -> int:
        """Return how long libVLC takes the clip to be, -1 when it does not know yet."""
        return int(self._player.get_length())

    def stop(self) -> None:
        """Fall silent; may take 250 ms on a sound server."""
        self._cut()
        self._player.stop()

    def close(self) -> None:
        """Give everything back."""
        self.stop()
        self._player.release()
        self._release_media()
        self._instance.release()

    def _cut(self) -> None:
        """Let nothing wait: libVLC joins its threads in what follows."""
        if self._reader is not None:
            self._reader.abort()
        if self._ear is not None:
            self._ear.cut()

    def _release_media(self) -> None:
        if self._media is not None:
            self._media.release()
            self._media = self._reader = None

    def _attach(self, signal: Signal) -> None:
        kinds = self._vlc.EventType

        def on_plain(_: Any, name: str) -> None:
            signal(name, 0.0, time.monotonic())

        def on_time(event: Any) -> None:
            signal("time", event.u.new_time, time.monotonic())

        def on_buffering(event: Any) -> None:
            if event.u.new_cache in (0.0, 100.0):
                signal("buffering", event.u.new_cache, time.monotonic())

        attach = self._events.event_attach
        attach(kinds.MediaPlayerTimeChanged, on_time)
        attach(kinds.MediaPlayerBuffering, on_buffering)
        attach(kinds.MediaPlayerPlaying, on_plain, "playing")
        attach(kinds.MediaPlayerPaused, on_plain, "paused")
        attach(kinds.MediaPlayerEndReached, on_plain, "end")
        attach(kinds.MediaPlayerEncounteredError, on_plain, "error")


def _lend(vlc: ModuleType, player: Any, ear: Ear) -> None:
    """Let `player` give its sound to `ear` in place of a device."""
    kinds = (
        vlc.CallbackDecorators.AudioPlayCb,
        vlc.CallbackDecorators.AudioPauseCb,
        vlc.CallbackDecorators.AudioResumeCb,
        vlc.CallbackDecorators.AudioFlushCb,
        vlc.CallbackDecorators.AudioDrainCb,
        vlc.CallbackDecorators.AudioSetVolumeCb,
    )
    *callbacks, on_volume = ear.callbacks(kinds)
    vlc.libvlc_audio_set_callbacks(player, *callbacks, None)
    vlc.libvlc_audio_set_volume_callback(player, on_volume)
    vlc.libvlc_audio_set_format(player, b"S16N", ear.rate, 1)
