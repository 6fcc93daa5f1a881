"""A download: a clip that grows in memory, watched by as many as want it."""

from __future__ import annotations

import hashlib
import threading
from enum import Enum
from pathlib import Path
from typing import Final

from player.audio.cache import Part
from player.audio.fetch.troubles import (
    Again,
    Cause,
    ClipNotFetchedError,
    DroppedError,
    TroubleError,
    dropped,
    needed,
)
from player.story.graph import Clip

MOST_BYTES: Final = 8_000_000
"""The largest clip that is taken where its row names no size."""


class State(Enum):
    """Where a download is."""

    WAITING = "waiting"
    CONNECTING = "connecting"
    BUFFERING = "buffering"
    DONE = "done"
    FAILED = "failed"


class Download:
    """The bytes of one clip as they come; safe from any thread.

    Those who want it call `wait_for`, `read`, `path`, and `leave` when they want it no longer: it
    stops when nobody is left. One fetching thread calls `connecting`, `add`, `start_over`, `done`
    and `failed`. What is read before `state` is DONE has not been checked yet, and `restarts`
    rises when it turned out to be something else. `is_damaged_here` is set by whoever found a file
    of it that is no good.
    """

    def __init__(self, clip: Clip, *, is_urgent: bool) -> None:
        self.clip = clip
        self.is_urgent = is_urgent
        self.stop = threading.Event()
        self.etag = ""
        self.restarts = 0
        self.is_damaged_here = False
        self._changed = threading.Condition()
        self._content = bytearray()
        self._state = State.WAITING
        self._error: ClipNotFetchedError | None = None
        self._path: Path | None = None
        self._wanted_by = 0

    def __repr__(self) -> str:
        return f"<Download of {self.clip.path}: {self._state.value}, {self.received} bytes>"

    @property
    def state(self) -> State:
        """Where it is now."""
        return self._state

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self._state in (State.DONE, State.FAILED)

    @property
    def received(self) -> int:
        """How many bytes are there, without a gap from the first."""
        return len(self._content)

    @property
    def most(self) -> int:
        """How many bytes are taken at most."""
        return self.clip.size or MOST_BYTES

    @property
    def share(self) -> float:
        """How much of it is there, 0-1."""
        return self.received / self.most

    @property
    def is_whole(self) -> bool:
        """Whether as many bytes are there as the clip has; they may still be others."""
        return 0 < self.clip.size == self.received

    @property
    def error(self) -> ClipNotFetchedError | None:
        """Why it failed, None as long as it did not."""
        if self._error is not None and self.is_damaged_here:
            return needed(self.clip, self._error)
        return self._error

    def want(self) -> bool:
        """Be one more who wants it; False where it was stopped, so that another is needed."""
        with self._changed:
            if self.stop.is_set():
                return False
            self._wanted_by += 1
            return True

    def leave(self) -> None:
        """Want it no longer; without anybody who does, it stops and keeps the part it has."""
        with self._changed:
            self._wanted_by -= 1
            if self._wanted_by <= 0 and not self.is_over:
                self.drop()

    def wait_for(self, count: int, timeout_s: float | None = None) -> int:
        """Wait until `count` bytes are there, it is over, or the time is; return how many are."""
        with self._changed:
            self._changed.wait_for(lambda: self.is_over or self.received >= count, timeout_s)
            return self.received

    def read(self, offset: int, count: int) -> bytes:
        """Return up to `count` of the bytes that are there, from `offset`; does not wait."""
        with self._changed:
            return bytes(memoryview(self._content)[offset : offset + count])

    def path(self, timeout_s: float | None = None) -> Path:
        """Wait until it is over and return the file of the clip, checked.

        Raises ClipNotFetchedError; with cause SLOW when the time is over first.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.is_over, timeout_s)
            if self._path is not None:
                return self._path
            if self._error is not None:
                raise self._error
        raise TroubleError("it takes too long", Cause.SLOW).told(self.clip)

    def connecting(self) -> None:
        """Note that a server is being asked."""
        self._move(State.CONNECTING)

    def resume(self, part: Part) -> None:
        """Take in what an earlier download got, where it can be the head of this clip."""
        if len(part.content) < self.most:
            with self._changed:
                self._content[:] = part.content
                self.etag = part.etag
                self._changed.notify_all()

    def start_over(self) -> None:
        """Forget what has come: it is not the clip."""
        with self._changed:
            self.etag = ""
            if self._content:
                self._content.clear()
                self.restarts += 1

    def add(self, chunk: bytes) -> None:
        """Take in what has come. Raises TroubleError when it is more than the clip has."""
        if self.stop.is_set():
            raise DroppedError
        with self._changed:
            if len(self._content) + len(chunk) > self.most:
                raise TroubleError(
                    f"more came than the {self.most:,} bytes of the clip",
                    Cause.WRONG,
                    Again.FROM_THE_START,
                    help="The file there is another: the story may have to be published again.",
                )
            self._content += chunk
            self._move(State.BUFFERING)

    def checked(self) -> bytes:
        """Return all of it, which is the clip. Raises TroubleError where it is not."""
        content = bytes(self._content)
        if hashlib.sha256(content).hexdigest() != self.clip.checksum:
            raise TroubleError(
                "what came has another checksum",
                Cause.WRONG,
                Again.FROM_THE_START,
                help="The file there is another: the story may have to be published again.",
            )
        return content

    def part(self) -> Part:
        """Return what has come so far."""
        return Part(bytes(self._content), self.etag)

    def done(self, path: Path) -> None:
        """End it well: all is there, checked, in the file at `path`; unless it was stopped."""
        with self._changed:
            if self.is_over:
                return
            self._path = path
            self._state = State.DONE
            self._changed.notify_all()

    def failed(self, error: ClipNotFetchedError) -> None:
        """End it, where it is not over."""
        with self._changed:
            if not self.is_over:
                self._error = error
                self._state = State.FAILED
                self._changed.notify_all()

    def drop(self) -> None:
        """Stop it for all who wait: for them it is over at once, whatever its thread is at."""
        with self._changed:
            self.stop.set()
            self.failed(dropped(self.clip))

    def _move(self, state: State) -> None:
        with self._changed:
            if not self.is_over:
                self._state = state
                self._changed.notify_all()
