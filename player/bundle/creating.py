"""Making a bundle: stories of the library and their clips in one file."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeAlias

from player.bundle.directory import MOST_BYTES, MOST_FILES
from player.bundle.manifest import FORMAT, NEEDS, FileFact, Manifest, StoryFact, encode
from player.bundle.names import MANIFEST
from player.bundle.narrowing import clips_of
from player.bundle.packing import Part, fact_of, write_zip
from player.bundle.rereading import as_read
from player.bundle.verifying import BundleRefusedError, examine_bundle
from player.errors import KahaniError, UsageError
from player.library.contents import timings_json
from player.library.folders import COVER, EPISODE_FILE, STORY_FILE, Measure
from player.story.graph import Clip, Story, catalogue_id
from player.story.writing import write_story

Find: TypeAlias = Callable[[Clip], Path]
"""Returns the file of a clip, checked; may fetch it. Raises KahaniError."""

_AT_ONCE: Final = 8
_MOST_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Packed:
    """What became of one story; `left_out` are the languages it has in the library besides."""

    slug: str
    languages: tuple[str, ...]
    left_out: tuple[str, ...]
    clips: int
    size: int


@dataclass(frozen=True, slots=True)
class Pick:
    """A story as it is to be packed, and the whole one that it was narrowed from."""

    story: Story
    whole: Story


def create_bundle(
    picks: Sequence[Pick],
    target: Path,
    find: Find,
    *,
    shelves: Sequence[Path],
    measure: Measure,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Packed, ...]:
    """Write the bundle `target`, whole or not at all; what it holds passes every check.

    The same stories make the same bytes, in whatever order they are given. Covers are taken from
    the first of `shelves` that has them. `tell` hears of clips found, of how many. Raises
    UsageError where it would grow too large or a story has errors, KahaniError naming clips that
    are not to be had, OSError.
    """
    ordered = sorted(picks, key=lambda pick: pick.story.slug)
    _refuse_too_much(ordered)
    _gather([clip for pick in ordered for clip in clips_of(pick.story)], find, tell)
    stories, parts = [], []
    for pick in ordered:
        made = list(_parts(pick.story, find, shelves))
        stories.append(_fact(pick, made))
        parts += made
    manifest = Manifest(FORMAT, f"kahani {version('kahani')}", NEEDS, stories)
    _write(target, [Part.of_text(MANIFEST, encode(manifest)), *parts], measure)
    return tuple(map(_packed, ordered, stories))


def _refuse_too_much(picks: Sequence[Pick]) -> None:
    clips = [clip for pick in picks for clip in clips_of(pick.story)]
    size = sum(clip.size for clip in clips)
    if size <= MOST_BYTES and 2 * (len(clips) + len(picks)) <= MOST_FILES:
        return
    raise UsageError(
        f"{len(clips):,} clips of {size:,} bytes are too much for one bundle: at most"
        f" {MOST_FILES:,} files and {MOST_BYTES:,} bytes. Take fewer stories or languages."
    )


def _gather(clips: Sequence[Clip], find: Find, tell: Callable[[int, int], None]) -> None:
    """See that every clip is here, fetching several at once."""
    errors: list[str] = []

    def missing(clip: Clip) -> str:
        try:
            find(clip)
        except KahaniError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="bundle") as finding:
        try:
            for count, error in enumerate(finding.map(missing, clips), start=1):
                tell(count, len(clips))
                errors += [error] if error else []
        except BaseException:
            finding.shutdown(wait=False, cancel_futures=True)
            raise
    if errors:
        more = f"\n  and {len(errors) - _MOST_TOLD:,} more" if len(errors) > _MOST_TOLD else ""
        lines = "".join(f"\n  {error}" for error in errors[:_MOST_TOLD])
        raise KahaniError(f"clips are missing, so nothing was written:{lines}{more}")


def _parts(story: Story, find: Find, shelves: Sequence[Path]) -> Iterator[Part]:
    name = EPISODE_FILE if story.is_linear else STORY_FILE
    yield Part.of_text(f"{story.slug}/{name}", write_story(story).encode())
    if story.cover and (cover := _cover(story, shelves)) is not None:
        content = cover.read_bytes()
        fact = fact_of(f"{story.slug}/{COVER}", content)
        yield Part(fact, cover.read_bytes, is_text=False)
    for clip in clips_of(story):
        times = {"format": 1, **timings_json(clip.timings, clip.duration_ms)}
        text = json.dumps(times, separators=(",", ":")) + "\n"
        yield Part.of_text(str(Path(clip.path).with_suffix(".json")), text.encode())
        fact = FileFact(clip.path, clip.size, clip.checksum)
        yield Part(fact, partial(_sound, clip, find), is_text=False)


def _sound(clip: Clip, find: Find) -> bytes:
    return find(clip).read_bytes()


def _cover(story: Story, shelves: Sequence[Path]) -> Path | None:
    covers = (shelf / story.slug / COVER for shelf in shelves)
    return next((cover for cover in covers if cover.is_file()), None)


def _fact(pick: Pick, parts: Sequence[Part]) -> StoryFact:
    has_cover = any(part.fact.path.endswith(f"/{COVER}") for part in parts)
    packed = as_read(pick.story, has_cover=has_cover)
    is_whole = pick.whole.content_hash in ("", packed.content_hash)
    return StoryFact(
        slug=packed.slug,
        id=catalogue_id(packed.slug),
        content_hash=packed.content_hash,
        languages=list(packed.editions),
        files=[part.fact for part in parts],
        made_from=None if is_whole else pick.whole.content_hash,
    )


def _write(target: Path, parts: Sequence[Part], measure: Measure) -> None:
    """Write beside, check as anyone will who gets it, rename."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    new = Path(name)
    try:
        with open(handle, "wb") as stream:  # noqa: PTH123 - the file that mkstemp opened
            write_zip(stream, parts)
            stream.flush()
            os.fsync(stream.fileno())
        _refuse_errors(new, measure)
        new.chmod(0o644)
        new.replace(target)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _refuse_errors(new: Path, measure: Measure) -> None:
    problems = examine_bundle(new, measure)
    if any(problem.is_error for problem in problems):
        raise BundleRefusedError("it would not be installed, so nothing was written:", problems)


def _packed(pick: Pick, fact: StoryFact) -> Packed:
    return Packed(
        slug=fact.slug,
        languages=tuple(fact.languages),
        left_out=tuple(key for key in pick.whole.editions if key not in fact.languages),
        clips=len(clips_of(pick.story)),
        size=sum(file.size for file in fact.files),
    )
