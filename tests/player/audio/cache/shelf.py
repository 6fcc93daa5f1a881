"""Clips of a few names, and a cache in which they are put and asked for by them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from player.audio.cache import ClipCache, Upkeep
from player.story.graph import Clip
from tests.player.audio.misbehaving import clip_of, sound_of

SIZE = 10_000


def content(name: str) -> bytes:
    return sound_of(name, SIZE)


def named(name: str) -> Clip:
    return clip_of(name, content(name), "https://clips.example/a.mp3")


class Shelf:
    """A cache with room for four clips, put in and asked for by name."""

    def __init__(self, folder: Path, clips: int = 4) -> None:
        self.folder = folder
        self.told: list[str] = []
        self.cache = ClipCache(folder, cap_bytes=clips * SIZE, tell=self.told.append)
        self.upkeep = Upkeep(folder, cap_bytes=clips * SIZE)

    def put(self, *names: str) -> None:
        for name in names:
            self.cache.keep(named(name), content(name))

    def has(self, *names: str) -> list[bool]:
        return [self.upkeep_path(name).exists() for name in names]

    def get(self, name: str) -> bytes | None:
        path = self.cache.find(named(name))
        return None if path is None else path.read_bytes()

    def upkeep_path(self, name: str) -> Path:
        checksum = hashlib.sha256(content(name)).hexdigest()
        return self.folder / "objects" / checksum[:2] / checksum[2:]

    def pin(self, slug: str, *names: str, language: str | None = None) -> None:
        self.upkeep.pin(slug, language, {named(name).checksum: SIZE for name in names})

    def close(self) -> None:
        self.cache.close()
        self.upkeep.close()
