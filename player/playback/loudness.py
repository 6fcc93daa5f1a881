"""Loudness: how loud the output is, for as long as nothing else is wished."""

from __future__ import annotations

from collections.abc import Callable

from player.audio.output import AudioOutput
from player.events import Event, VolumeChanged


class Loudness:
    """The volume of an output, told as VolumeChanged."""

    def __init__(self, output: AudioOutput, tell: Callable[[Event], None]) -> None:
        self._output = output
        self._tell = tell
        self.volume = self._loud = 100

    def set_volume(self, volume: int) -> None:
        """Hear louder or softer from now on, 0 to 100."""
        self.volume = min(max(volume, 0), 100)
        self._output.set_volume(self.volume)
        self._tell(VolumeChanged(self.volume, is_muted=self.volume == 0))

    def dim(self, share: float) -> None:
        """Sound at this share, 0 to 1, of the volume that is set, until told otherwise."""
        self._output.set_volume(round(self.volume * share))

    def toggle_mute(self) -> None:
        """Fall mute, or be as loud again as before."""
        if self.volume:
            self._loud = self.volume
            self.set_volume(0)
        else:
            self.set_volume(self._loud)
