"""audio/voiced.json: from what each clip was made, so that only what changed is made again."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from player.errors import UsageError
from player.studio.lexicon import entries_in, espeak_language
from player.studio.script import Reading
from player.studio.speech import Voice

FORMAT: Final = 1
RECIPE_VERSION: Final = 1
"""Raise it when narration or mastering change so much that every clip should be made anew."""

_UNFINISHED: Final = ""


def recipe_of(reading: Reading, voice: Voice, engine: str) -> str:
    """Return a hash of all that decides how the clip of `reading` sounds and is timed."""
    parts = {
        "version": RECIPE_VERSION,
        "engine": engine,
        "language": reading.language,
        "voice": asdict(voice),
        "shown": reading.shown,
        "spoken": reading.spoken,
        "lexicon": entries_in(reading.spoken, espeak_language(reading.language)),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def checksum_of(path: Path) -> str:
    """Return the SHA-256 of a file in lower-case hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_beside(path: Path, data: bytes) -> None:
    """Write `path` whole or not at all: under another name first, then renamed."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Made:
    """One clip of the manifest: what it was made from, by which engine, and its SHA-256."""

    recipe: str
    engine: str
    checksum: str


def read_made(audio: Path) -> dict[str, Made]:
    """Return what the studio made in an audio folder, by the place of each clip.

    Raises UsageError where its note of that cannot be read.
    """
    path = audio / "voiced.json"
    if not path.is_file():
        return {}
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return {key: Made(**made) for key, made in data.get("clips", {}).items()}
    except (ValueError, TypeError, AttributeError):
        raise UsageError(
            f"{path} is damaged, so nobody knows which clips the studio made. Bring it back from a"
            " copy, or delete it: then all clips there count as recordings."
        ) from None


class Manifest:
    """What the studio made in one audio folder; saved after every clip.

    A clip that is not in it, or whose file is another one by now, is somebody's recording.
    """

    def __init__(self, audio: Path) -> None:
        self._audio = audio
        self._path = audio / "voiced.json"
        self._made = read_made(audio)

    def needs(self, key: str, recipe: str) -> bool:
        """Whether the clip `key` is to be made: it or its times are missing, or out of date."""
        made = self._made.get(key)
        clip, times = (self._audio / f"{key}{suffix}" for suffix in (".mp3", ".json"))
        if not clip.is_file():
            return True
        if self.is_recording(key):
            return False
        return made is None or made.recipe != recipe or not times.is_file()

    def is_recording(self, key: str) -> bool:
        """Whether the clip `key` is there and was not made by the studio."""
        clip = self._audio / f"{key}.mp3"
        made = self._made.get(key)
        if not clip.is_file() or (made and made.recipe == _UNFINISHED):
            return False
        return made is None or checksum_of(clip) != made.checksum

    def begin(self, key: str, engine: str) -> None:
        """Note that the clip `key` is being made: should it break off, it is made again."""
        self._made[key] = Made(_UNFINISHED, engine, "")
        self._save()

    def finish(self, key: str, recipe: str, engine: str) -> None:
        """Note that the clip `key` is there."""
        self._made[key] = Made(recipe, engine, checksum_of(self._audio / f"{key}.mp3"))
        self._save()

    def withdraw(self, wanted: set[str]) -> list[str]:
        """Delete the studio's own clips that the story has no more; return their keys."""
        gone = [key for key in self._made if key not in wanted and not self.is_recording(key)]
        for key in gone:
            for suffix in (".mp3", ".json"):
                (self._audio / f"{key}{suffix}").unlink(missing_ok=True)
            del self._made[key]
        if gone:
            self._save()
        return gone

    def _save(self) -> None:
        clips = {key: asdict(made) for key, made in sorted(self._made.items())}
        text = json.dumps({"format": FORMAT, "clips": clips}, indent=1) + "\n"
        self._audio.mkdir(parents=True, exist_ok=True)
        write_beside(self._path, text.encode())
