"""Clips on a server that come slowly or by halves, and a listener who plays them meanwhile."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from player.audio.fetch import Download, Downloads
from player.audio.output import ClipRequest, OutputEvent
from tests.player.audio.fetching import here, patient
from tests.player.audio.misbehaving import Behaviour, Call, Server, clip_of

if TYPE_CHECKING:
    from tests.player.audio.conftest import Room, Sample

PATIENCE_S = 30
MOST = 0.6
"""All of a clip, but for what a stalled machine loses."""


class Street:
    """Clips on a server, and what fetches them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self.server: Server
        self.downloads: Downloads

    def open(self, behaviour: Behaviour, **more: Any) -> None:
        patience = more.pop("patience", patient())
        self.server, self.downloads, self.cache = self._stack.enter_context(
            here(behaviour, self._folder, patience=patience, **more)
        )

    def get(self, sample: Sample, path: str = "/a") -> Download:
        content = sample.path.read_bytes()
        return self.downloads.get(clip_of(path.strip("/"), content, f"{self.server.url}{path}"))

    def close(self) -> None:
        self._stack.close()


def play(room: Room, token: int, sample: Sample, growing: Download, start_ms: int = 0) -> None:
    room.output.play(
        ClipRequest(
            token=token,
            path=None,
            growing=growing,
            duration_ms=sample.duration_ms,
            start_ms=start_ms,
        )
    )


def until(room: Room, kind: type[OutputEvent]) -> list[OutputEvent]:
    """Return the events up to the first of this kind, that one included."""
    events = [room.told.next()]
    while not isinstance(events[-1], kind):
        events.append(room.told.next())
    return events


class Gate:
    """Sends the head of a clip, and the rest when it is told to."""

    def __init__(self, content: bytes, share: float = 0.5) -> None:
        self._content = content
        self._head = int(len(content) * share)
        self.opened = threading.Event()

    def __call__(self, call: Call) -> None:
        call.partly(self._content, max(0, self._head - call.start))
        self.opened.wait(PATIENCE_S)
        call.send(self._content[max(self._head, call.start) :])
