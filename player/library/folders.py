"""Story folders on the disk: what lies in one, and how it is copied whole."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from player.errors import KahaniError, UsageError
from player.library.publications import PUBLISHED_FILE, is_variant, with_published
from player.story.cleaning import quoted
from player.story.clips import MAX_DURATION_MS, ClipFact, ClipFacts, read_times
from player.story.graph import Story, Timings
from player.story.loading import Examined, examine_episode, examine_story
from player.story.problems import Problem, Severity
from player.story.source import MAX_BYTES

Measure: TypeAlias = Callable[[Path], int]
"""Tells the milliseconds of an MP3 file; raises KahaniError or OSError where it is none."""

STORY_FILE: Final = "story.yaml"
EPISODE_FILE: Final = "episode.yaml"
COVER: Final = "cover.png"
MAX_FILES: Final = 50_000
MAX_CLIP_BYTES: Final = 64 * 2**20
MAX_COVER_BYTES: Final = 10_000_000
TOLERANCE_MS: Final = 150
"""How far the times beside a clip may differ from its sound; an encoder pads up to 100 ms."""

_CLIP: Final = re.compile(r"audio/([^/]+)/([01]\.\d\d)/([^/]+)/([^/]+)\.mp3")
_ASIDE: Final = ".aside"


@dataclass(frozen=True, slots=True)
class Looked:
    """A story folder as it was found: the story where it has no error, and what to copy."""

    folder: Path
    examined: Examined
    files: tuple[str, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems of text and clips together."""
        return self.examined.problems


def read_folder(path: Path, measure: Measure | None = None) -> Story:
    """Return the story in a folder, its clips found and hashed.

    Raises StoryErrors with the problems of text and clips together, UsageError where there is no
    story to read.
    """
    return look_into(path, measure).examined.whole()


def look_into(path: Path, measure: Measure | None = None) -> Looked:
    """Read a story folder, or the story file in one, and say all that is wrong with it."""
    folder = path.parent if path.name in (STORY_FILE, EPISODE_FILE) else path
    file = _story_file(folder)
    with file.open("rb") as stream:
        source = stream.read(MAX_BYTES + 1)
    facts, files = _Finder(folder, measure).find()
    examine = examine_episode if file.name == EPISODE_FILE else examine_story
    return Looked(folder, examine(source, str(file), facts), (file.name, *files))


def copy_folder(looked: Looked, target: Path, measure: Measure | None = None) -> Path | None:
    """Put a copy of what was looked at in the place of `target`, whole or not at all.

    Returns where the former folder was moved aside, None if there was none: `settle` or
    `take_back` ends it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _recover(target)
    new = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent))
    try:
        for name in looked.files:
            _copy(looked.folder / name, new / name)
        _compare(looked, look_into(new, measure))
        return _swap(new, target)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def move_folder(new: Path, target: Path) -> Path | None:
    """Put the folder `new`, of the same disk, in the place of `target`; as `copy_folder` else."""
    _recover(target)
    return _swap(new, target)


def settle(aside: Path | None) -> None:
    """Forget the former folder."""
    if aside is not None:
        shutil.rmtree(aside, ignore_errors=True)


def take_back(target: Path, aside: Path | None) -> None:
    """Undo `copy_folder`."""
    shutil.rmtree(target, ignore_errors=True)
    if aside is not None:
        aside.rename(target)


def fingerprint(folder: Path) -> str:
    """Return a hash of the names, sizes and times of all files below; it reads none of them."""
    digest = hashlib.sha256()
    for name, entry in sorted(_walk(folder)):
        found = entry.stat(follow_symlinks=False)
        digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode(errors="replace"))
    return digest.hexdigest()


def _story_file(folder: Path) -> Path:
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder: give a folder with a {STORY_FILE} in it.")
    found = [folder / name for name in (STORY_FILE, EPISODE_FILE) if (folder / name).exists()]
    if len(found) != 1:
        both = "holds both" if found else "holds neither"
        raise UsageError(f"{folder} {both} {STORY_FILE} and {EPISODE_FILE}: one of them is needed.")
    if not stat.S_ISREG(found[0].lstat().st_mode):
        raise UsageError(f"{found[0]} is a link or no file: put the file itself there.")
    return found[0]


class _Finder:
    """Finds clips, their times and the cover; whatever cannot be read becomes a problem."""

    def __init__(self, folder: Path, measure: Measure | None) -> None:
        self._folder = folder
        self._measure = measure
        self._problems: list[Problem] = []
        self._files: list[str] = []

    def find(self) -> tuple[ClipFacts, list[str]]:
        """Return the facts, and the names of all files that belong to the story."""
        clips: list[ClipFact] = []
        cover = None
        for count, (name, entry) in enumerate(sorted(_walk(self._folder))):
            if count >= MAX_FILES:
                self._error("", "too-many", f"more than {MAX_FILES:,} files; split the story")
                break
            if not entry.is_file(follow_symlinks=False):
                said = "is a link or no file; put the file itself there"
                self._error(name, "link", said)
            elif name == COVER and self._is_within(name, entry, MAX_COVER_BYTES):
                cover = name
                self._files.append(name)
            elif name.startswith("audio/") and name.endswith(".mp3"):
                clips += self._clip(name, entry)
        clips, wrong = with_published(self._folder, clips)
        if wrong is not None:
            self._files.append(PUBLISHED_FILE)
        if wrong:
            self._error(PUBLISHED_FILE, "published", wrong)
        facts = ClipFacts(clips=tuple(clips), cover=cover, problems=tuple(self._problems))
        return facts, self._files

    def _clip(self, name: str, entry: os.DirEntry[str]) -> Iterator[ClipFact]:
        found = _CLIP.fullmatch(name)
        if found is None or not is_variant(*found.groups()):
            said = "is not called audio/<language>/<mix 0.00>/<speaker>/<node>.mp3"
            self._error(name, "stray-clip", said)
            return
        language, mix, speaker, node = found.groups()
        try:
            if not self._is_within(name, entry, MAX_CLIP_BYTES):
                return
            with (self._folder / name).open("rb") as stream:
                checksum = hashlib.file_digest(stream, "sha256").hexdigest()
            duration_ms, timings = self._length(name)
        except (KahaniError, OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self._error(name, "unreadable-clip", f"cannot be used: {quoted(said, 300, '')}")
            return
        self._files.append(name)
        yield ClipFact(
            node=node,
            language=language,
            mix=float(mix),
            speaker=speaker,
            path=name,
            checksum=checksum,
            size=entry.stat(follow_symlinks=False).st_size,
            duration_ms=duration_ms,
            timings=timings,
        )

    def _length(self, name: str) -> tuple[int, Timings]:
        path = self._folder / name
        heard_ms = self._measure(path) if self._measure else None
        beside = path.with_suffix(".json")
        if not os.path.lexists(beside):
            if heard_ms is None:
                raise ValueError(f"{beside.name} is not beside it, so its length is unknown")
            if not 0 < heard_ms <= MAX_DURATION_MS:
                raise ValueError(f"it is {heard_ms} ms long")
            return heard_ms, Timings()
        if not stat.S_ISREG(beside.lstat().st_mode) or beside.stat().st_size > MAX_BYTES:
            raise ValueError(f"{beside.name} is a link, no file, or too large")
        try:
            duration_ms, timings = read_times(beside.read_bytes())
        except ValueError as error:
            raise ValueError(f"its times in {beside.name} are wrong: {error}") from error
        if heard_ms is not None and abs(heard_ms - duration_ms) > TOLERANCE_MS:
            raise ValueError(f"it lasts {heard_ms} ms, but {beside.name} says {duration_ms} ms")
        self._files.append(str(Path(name).with_suffix(".json").as_posix()))
        return duration_ms, timings

    def _is_within(self, name: str, entry: os.DirEntry[str], most: int) -> bool:
        size = entry.stat(follow_symlinks=False).st_size
        if 0 < size <= most:
            return True
        said = "is empty" if size == 0 else f"has {size:,} bytes; at most {most:,} are taken"
        self._error(name, "unreadable-clip", said)
        return False

    def _error(self, name: str, code: str, said: str) -> None:
        file = quoted(str(self._folder / name), 500, "")
        self._problems.append(Problem(file, 0, "", code, said, Severity.ERROR))


def _walk(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield every entry below but folders, named from `folder`; no link is followed."""
    waiting = [("", folder)]
    count = 0
    while waiting and count <= MAX_FILES:
        prefix, current = waiting.pop()
        with os.scandir(current) as entries:
            for entry in entries:
                count += 1
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{prefix}{entry.name}/", Path(entry.path)))
                else:
                    yield f"{prefix}{entry.name}", entry


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(source, flags), "rb") as stream, target.open("wb") as copy:  # noqa: PTH123 - a path cannot refuse links
        shutil.copyfileobj(stream, copy)


def _compare(looked: Looked, copy: Looked) -> None:
    wanted, copied = looked.examined.story, copy.examined.story
    if wanted is None or copied is None or copied.content_hash != wanted.content_hash:
        raise KahaniError(f"{looked.folder} changed while it was copied: import it again.")


def _swap(new: Path, target: Path) -> Path | None:
    if not target.exists():
        new.rename(target)
        return None
    aside = new.with_suffix(_ASIDE)
    target.rename(aside)
    try:
        new.rename(target)
    except OSError:
        aside.rename(target)
        raise
    return aside


def _recover(target: Path) -> None:
    """Mend what a crash between two renames left behind."""
    for left in sorted(target.parent.glob(f".{target.name}.*{_ASIDE}")):
        if target.exists():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.rename(target)
