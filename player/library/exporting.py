"""A story of the store as a folder of its own again: its file, its clips and their times."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from player.errors import UsageError
from player.library.contents import timings_json
from player.library.folders import COVER, EPISODE_FILE, STORY_FILE
from player.library.publications import PUBLISHED_FILE, publication_of
from player.story.graph import Clip, Story
from player.story.published import write_published
from player.story.writing import write_story


def export_folder(story: Story, target: Path, shelves: Sequence[Path]) -> tuple[str, ...]:
    """Write `story` to the new folder `target`, whole or not at all.

    Clips are taken from the first of `shelves` that has them undamaged; returns the paths of those
    that none has. Where clips were published is noted. Importing the folder gives the same story,
    but for clips that lie nowhere. Raises UsageError where `target` is
    there already, OSError where it cannot be written.
    """
    if target.exists():
        raise UsageError(f"{target} is there already: name a new folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent))
    try:
        name = EPISODE_FILE if story.is_linear else STORY_FILE
        (new / name).write_text(write_story(story), encoding="utf-8", newline="\n")
        _copy_cover(story, new, shelves)
        missing = [
            clip.path
            for node in story.nodes.values()
            for clip in node.clips
            if not _copy_clip(story, clip, new, shelves)
        ]
        if (publication := publication_of(story, missing)) is not None:
            text = write_published(publication)
            (new / PUBLISHED_FILE).write_text(text, encoding="utf-8", newline="\n")
        new.chmod(0o755)
        new.rename(target)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return tuple(missing)


def _copy_clip(story: Story, clip: Clip, folder: Path, shelves: Sequence[Path]) -> bool:
    for shelf in shelves:
        try:
            sound = (shelf / clip.path).read_bytes()
        except OSError:
            continue
        if hashlib.sha256(sound).hexdigest() != clip.checksum:
            continue
        path = folder / Path(clip.path).relative_to(story.slug)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sound)
        times = {"format": 1, **timings_json(clip.timings, clip.duration_ms)}
        text = json.dumps(times, separators=(",", ":")) + "\n"
        path.with_suffix(".json").write_text(text, encoding="utf-8")
        return True
    return False


def _copy_cover(story: Story, folder: Path, shelves: Sequence[Path]) -> None:
    for shelf in shelves:
        if story.cover and (shelf / story.slug / COVER).is_file():
            shutil.copyfile(shelf / story.slug / COVER, folder / COVER)
            return
