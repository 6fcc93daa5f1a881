"""Publishing: the clips of a story brought into a bucket, a few at once, each content once."""

from __future__ import annotations

import hashlib
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from player.errors import KahaniError
from player.story.published import Destination

THREADS: Final = 4
_LOOK_EVERY_S: Final = 0.2
_LEAVING_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Piece:
    """One clip to be published; `place` is where it lies below audio/: "hi/0.00/meera/intro"."""

    place: str
    language: str
    checksum: str
    size: int
    path: Path = field(compare=False)


class Shipping(Protocol):
    """Somewhere that objects can be brought to; from any thread."""

    def bring(self, key: str, content: bytes) -> str:
        """See that the object is there; return "sent" or what else it came to.

        Raises KahaniError with a sentence; anything else where it was told to stop.
        """


@dataclass(slots=True)
class Progress:
    """How far it is: contents done of all, bytes likewise; `came_to` counts what each came to."""

    contents: int
    size: int
    done: int = 0
    done_bytes: int = 0
    came_to: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


Tell: TypeAlias = Callable[[Progress], None]
"""Hears of every content that is done, and a few times a second; from the calling thread."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """What became of it: the checksums that are there, and why it stopped where it did."""

    there: frozenset[str]
    progress: Progress
    error: KahaniError | None = None
    is_interrupted: bool = False


def size_of(pieces: Iterable[Piece]) -> int:
    """Return the bytes of these clips, each content once."""
    return sum({piece.checksum: piece.size for piece in pieces}.values())


def ship(
    pieces: Sequence[Piece],
    to: Destination,
    shipping: Shipping,
    *,
    stop: threading.Event,
    tell: Tell = lambda _: None,
    threads: int = THREADS,
) -> Shipment:
    """Bring all pieces there; blocks. The first that fails, or ctrl+c, stops the others.

    Doing it again goes on from there. Sets `stop` at the end, which `shipping` looks at.
    """
    waiting = list({piece.checksum: piece for piece in pieces}.values())
    progress = Progress(len(waiting), size_of(pieces))
    work = _Work(waiting, to, shipping, stop)
    workers = [
        threading.Thread(target=work.run, name=f"publish-{n}", daemon=True) for n in range(threads)
    ]
    for worker in workers:
        worker.start()
    there: set[str] = set()
    error: KahaniError | None = None
    began = time.monotonic()
    try:
        while error is None and progress.done < len(waiting):
            error = _note(work.results, progress, there)
            progress.seconds = time.monotonic() - began
            tell(progress)
    except KeyboardInterrupt:
        return Shipment(frozenset(there), progress, is_interrupted=True)
    finally:
        stop.set()
        end = time.monotonic() + _LEAVING_S
        for worker in workers:
            worker.join(max(0.0, end - time.monotonic()))
    while not work.results.empty():
        _note(work.results, progress, there)
    return Shipment(frozenset(there), progress, error)


_Result: TypeAlias = tuple[Piece, str, Exception | None]


class _Work:
    """What the threads share: the pieces that wait, and what became of the others."""

    def __init__(
        self, waiting: Sequence[Piece], to: Destination, shipping: Shipping, stop: threading.Event
    ) -> None:
        self._waiting: queue.SimpleQueue[Piece] = queue.SimpleQueue()
        for piece in waiting:
            self._waiting.put(piece)
        self._to = to
        self._shipping = shipping
        self._stop = stop
        self.results: queue.SimpleQueue[_Result] = queue.SimpleQueue()

    def run(self) -> None:
        """Bring pieces until there are no more, or it is told to stop."""
        while not self._stop.is_set():
            try:
                piece = self._waiting.get_nowait()
            except queue.Empty:
                return
            try:
                content = _content(piece)
                came_to = self._shipping.bring(self._to.key_of(piece.checksum), content)
                self.results.put((piece, came_to, None))
            except Exception as error:  # noqa: BLE001 - the edge of a thread: raised by its caller
                self.results.put((piece, "", error))
                return


def _note(
    results: queue.SimpleQueue[_Result], progress: Progress, there: set[str]
) -> KahaniError | None:
    """Take one result in, waiting a little for it; return why nothing else should follow."""
    try:
        piece, came_to, error = results.get(timeout=_LOOK_EVERY_S)
    except queue.Empty:
        return None
    if error is not None:
        if isinstance(error, KahaniError):
            return error
        # Its words may hold an address with a key in it.
        return KahaniError(f"Publishing failed by a fault of the program ({type(error).__name__}).")
    there.add(piece.checksum)
    progress.done += 1
    progress.done_bytes += piece.size
    progress.came_to[came_to] += 1
    return None


def _content(piece: Piece) -> bytes:
    try:
        content = piece.path.read_bytes()
    except OSError as error:
        raise KahaniError(
            f"The clip {piece.path} cannot be read: {error.strerror or 'the disk refuses'}."
        ) from None
    if hashlib.sha256(content).hexdigest() != piece.checksum:
        raise KahaniError(f"The clip {piece.path} changed meanwhile: publish the story again.")
    return content
