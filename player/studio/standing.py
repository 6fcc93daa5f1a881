"""How a story stands: per language, which clips are made, which are out of date or published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from player.errors import UsageError
from player.story.published import Publication
from player.studio.script import Reading, read_script

if TYPE_CHECKING:
    from player.studio.manifest import Made

MADE: Final = "made"
MISSING: Final = "missing"
OUT_OF_DATE: Final = "out of date"


@dataclass(frozen=True, slots=True)
class ClipStanding:
    """One clip that the story should have; `state` is made, missing or out of date."""

    place: str
    language: str
    state: str
    is_published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageStanding:
    """The clips of one language, counted.

    `published` are there as they are now, and those that are only there; `unpublished` lie here
    and are not there, or others are.
    """

    language: str
    clips: int
    made: int
    missing: int
    out_of_date: int
    published: int
    unpublished: int


def standing(folder: Path, publication: Publication | None) -> tuple[LanguageStanding, ...]:
    """Return how each language of the story in `folder` stands; reads clips, asks no network.

    Raises UsageError where there is no story in it.
    """
    clips = list(_clips(folder, publication))
    return tuple(
        _counted(language, [clip for clip in clips if clip.language == language])
        for language in dict.fromkeys(clip.language for clip in clips)
    )


def _counted(language: str, clips: list[ClipStanding]) -> LanguageStanding:
    return LanguageStanding(
        language=language,
        clips=len(clips),
        made=sum(clip.state == MADE for clip in clips),
        missing=sum(clip.state == MISSING for clip in clips),
        out_of_date=sum(clip.state == OUT_OF_DATE for clip in clips),
        published=sum(clip.is_published for clip in clips),
        unpublished=sum(not clip.is_published and clip.state != MISSING for clip in clips),
    )


def _clips(folder: Path, publication: Publication | None) -> Iterator[ClipStanding]:
    script = read_script(folder)
    made = _made(folder / "audio")
    there = publication.clips if publication else {}
    for reading in script.readings:
        path = folder / "audio" / f"{reading.key}.mp3"
        published = there.get(reading.key)
        try:
            checksum = hashlib.sha256(path.read_bytes()).hexdigest()
        except (FileNotFoundError, NotADirectoryError):
            yield ClipStanding(reading.key, reading.language, MISSING, published is not None)
            continue
        is_there = published is not None and published.checksum == checksum
        is_old = _is_out_of_date(reading, script.slug, path, checksum, made.get(reading.key))
        state = OUT_OF_DATE if is_old else MADE
        yield ClipStanding(reading.key, reading.language, state, is_there)


def _made(audio: Path) -> Mapping[str, Made]:
    from player.studio.manifest import read_made  # noqa: PLC0415 - with its caller

    return read_made(audio)


def _is_out_of_date(
    reading: Reading, slug: str, path: Path, checksum: str, made: Made | None
) -> bool:
    """Whether the studio made the clip, and of another text or for another voice than now."""
    from player.studio.casting import voice_for  # noqa: PLC0415 - reads the cast
    from player.studio.manifest import recipe_of  # noqa: PLC0415 - with its caller

    if made is None:
        return False
    if not made.recipe:
        return True  # its making broke off
    if made.checksum != checksum:
        return False  # somebody's recording by now
    try:
        voice = voice_for(reading, slug, made.engine)
    except (UsageError, KeyError):
        return False  # nobody could make it again
    recipe = recipe_of(reading, voice, made.engine)
    return made.recipe != recipe or not path.with_suffix(".json").is_file()
