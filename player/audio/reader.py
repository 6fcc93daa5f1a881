"""The reader: gives libVLC the bytes of a clip that is still coming, and waits where it must."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

from player.audio.output import GrowingClip

_LOOK_S: Final = 0.01
"""How soon a wait notices that it was aborted; asked for only while the network is slow."""
_UNKNOWN: Final = 2**64 - 1
_FAULT: Final = -1


class Reader:
    """Reads one growing clip for one media of libVLC.

    libVLC calls from a thread that reads ahead as far as it is let, and waits for that thread in
    every `stop` and `set_media`: so `abort` must come before those, or they wait for the network.
    `abort` and `gather` may be called from any thread.
    """

    def __init__(self, growing: GrowingClip) -> None:
        self.growing = growing
        self._at = 0
        self._gathers_to = 0
        self._aborted = threading.Event()
        self._callbacks: Sequence[Any] = ()

    def callbacks(self, vlc: ModuleType) -> Sequence[Any]:
        """Return open, read, seek and close, made callable from C.

        They are kept as long as the reader: libVLC holds bare addresses.
        """
        kinds = vlc.CallbackDecorators
        self._callbacks = (
            kinds.MediaOpenCb(self._on_open),
            kinds.MediaReadCb(self._on_read),
            kinds.MediaSeekCb(self._on_seek),
            kinds.MediaCloseCb(self._on_close),
        )
        return self._callbacks

    def abort(self) -> None:
        """Let nobody wait in a read any more, and give nothing from here on."""
        self._aborted.set()

    def gather(self, count: int) -> None:
        """Give no more before the first `count` bytes of the clip are there, or its last.

        A clip that has run dry would else be heard in scraps.
        """
        self._gathers_to = count

    @property
    def is_gathering(self) -> bool:
        """Whether bytes are held back."""
        return self.growing.received < self._gathers_to and not self.growing.is_over

    def _on_open(self, _: object, __: object, size: Any) -> int:
        self._at = 0
        size[0] = self.growing.clip.size or _UNKNOWN
        return 0

    def _on_read(self, _: object, buffer: Any, most: int) -> int:
        # Nothing in here may raise: C could not take it, and it would be printed on the screen.
        content = self._next(most)
        if content is None:
            return _FAULT
        ctypes.memmove(buffer, content, len(content))
        self._at += len(content)
        return len(content)

    def _on_seek(self, _: object, offset: int) -> int:
        self._at = offset
        return 0

    def _on_close(self, _: object) -> None:
        """Nothing to give back: the growing clip belongs to whoever asked for it."""

    def _next(self, most: int) -> bytes | None:
        """Return what comes next, b"" at the end or where nothing more will come."""
        growing = self.growing
        while not self._aborted.is_set():
            if growing.is_over or self._at < growing.clip.size <= growing.received:
                return growing.read(self._at, most)
            wanted = max(self._at + 1, self._gathers_to)
            if 0 < growing.clip.size <= self._at:
                wanted = growing.clip.size  # at the end, which is one only when all of it is there
            if growing.received >= wanted and (content := growing.read(self._at, most)):
                return content
            if 0 < growing.clip.size <= growing.received:
                return b""
            growing.wait_for(wanted, _LOOK_S)
        return None
