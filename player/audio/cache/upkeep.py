"""Upkeep of the cache: what is pinned, how it stands, whether it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from player.audio.cache.index import Index
from player.audio.cache.objects import DamagedObjectError, Objects
from player.audio.cache.parts import Parts
from player.audio.cache.pins import Pin, Pins
from player.audio.cache.standing import (
    DEFAULT_CAP_MB,
    INDEX,
    MEGABYTE,
    PARTS,
    PINS,
    Standing,
    Verified,
    in_megabytes,
)
from player.errors import KahaniError


class PinTooLargeError(KahaniError):
    """The pinned stories would not fit under the cap."""


class Upkeep:
    """Looks after the clips under `folder`, also while players use them; any thread and process.

    Every method raises OSError, sqlite3.Error or PinDamagedError where the disk refuses.
    """

    def __init__(self, folder: Path, *, cap_bytes: int = DEFAULT_CAP_MB * MEGABYTE) -> None:
        self.folder = folder
        self.cap_bytes = cap_bytes
        self._objects = Objects(folder)
        self._index = Index(folder / INDEX, self._objects.walk)
        self._pins = Pins(folder / PINS)
        self._parts = Parts(folder / PARTS)

    def pins(self) -> tuple[Pin, ...]:
        """Return what is pinned."""
        return self._pins.all()

    def pin(self, slug: str, language: str | None, clips: Mapping[str, int]) -> None:
        """Let these (checksum: bytes) stay, in place of what was pinned of the same edition.

        Raises PinTooLargeError naming the sizes.
        """
        others = [pin for pin in self.pins() if (pin.slug, pin.language) != (slug, language)]
        before = _together(others)
        together = sum({**before, **clips}.values())
        if together > self.cap_bytes:
            already = f" beside the {in_megabytes(sum(before.values()))} pinned already"
            raise PinTooLargeError(
                f"{slug} has {in_megabytes(sum(clips.values()))} of clips"
                f"{already if before else ''}: more than the cache may hold,"
                f" {in_megabytes(self.cap_bytes)}. Unpin a story, or raise cache_size_mb."
            )
        self._pins.put(Pin(slug=slug, language=language, clips=dict(clips)))

    def room_beside(self, slug: str) -> int:
        """Return how many bytes the pins of all other stories leave under the cap."""
        others = _together(pin for pin in self.pins() if pin.slug != slug)
        return max(0, self.cap_bytes - sum(others.values()))

    def unpin(self, slug: str, language: str | None = None) -> int:
        """Let a story go again; return how many pins there were."""
        return self._pins.remove(slug, language)

    def status(self) -> Standing:
        """Return how much there is."""
        found = {there.checksum: there.size for there in self._objects.walk()}
        pins = self.pins()
        kept = self._pins.checksums()
        return Standing(
            folder=self.folder,
            cap_bytes=self.cap_bytes,
            clips=len(found),
            bytes=sum(found.values()),
            pinned_clips=len(kept.keys() & found.keys()),
            pinned_bytes=sum(found[name] for name in kept.keys() & found.keys()),
            pins=tuple((pin, len(pin.clips.keys() & found.keys())) for pin in pins),
            damaged=self._objects.damaged(),
        )

    def verify(self) -> Verified:
        """Hash every clip; set the damaged aside."""
        clips = size = 0
        damaged = []
        for there in list(self._objects.walk()):
            try:
                size += self._objects.check(there.checksum)
                clips += 1
            except FileNotFoundError:
                continue
            except (DamagedObjectError, OSError):
                damaged.append(there.checksum)
                with suppress(OSError):
                    self._objects.set_aside(there.checksum)
        if self.folder.is_dir():
            self._index.reconcile()
        return Verified(clips, size, tuple(damaged))

    def clear(self, *, everything: bool = False) -> tuple[int, int]:
        """Delete what is not pinned, or the pins too; return how many clips and bytes went."""
        if everything:
            self._pins.clear()
        kept = {} if everything else self._pins.checksums()
        gone = [there for there in list(self._objects.walk()) if there.checksum not in kept]
        for there in gone:
            self._objects.remove(there.checksum)
        self._objects.forget_damaged()
        self._parts.clear()
        if self.folder.is_dir():
            self._index.reconcile()
        return len(gone), sum(there.size for there in gone)

    def close(self) -> None:
        """Close the index."""
        self._index.close()


def _together(pins: Iterable[Pin]) -> dict[str, int]:
    """Return the clips of all of them, each once."""
    clips: dict[str, int] = {}
    for pin in pins:
        clips |= pin.clips
    return clips
