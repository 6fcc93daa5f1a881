"""Stories that lie on this disk already, checked: moved to their places and brought in at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from db.records import ContentRecord, StoryRecord
from player.library.catalogue import to_record
from player.library.contents import episode_to_record
from player.library.folders import Looked, move_folder, settle, take_back
from player.library.shelf import CatalogueStore
from player.story.graph import Story


class ImportingStore(CatalogueStore, Protocol):
    """A store that takes several stories in one transaction."""

    def import_all(self, records: Sequence[StoryRecord | ContentRecord], /) -> tuple[str, ...]:
        """Bring stories and episodes in, all of them or none."""


def place_stories(found: Sequence[Looked], store: ImportingStore, stories_dir: Path) -> None:
    """Move story folders, looked at and without errors, to the listener's own; bring them in.

    All of them or none: their folders must lie on the disk of `stories_dir`, so that moving one is
    renaming it. Raises OSError and the store's errors, with everything as it was.
    """
    stories = [looked.examined.whole() for looked in found]
    moved: list[tuple[Path, Path | None]] = []
    try:
        for looked, story in zip(found, stories, strict=True):
            target = stories_dir / story.slug
            moved.append((target, move_folder(looked.folder, target)))
        _sync(stories_dir)
        store.import_all([_rows(story) for story in stories])
    except BaseException:
        for target, aside in reversed(moved):
            take_back(target, aside)
        raise
    for _, aside in moved:
        settle(aside)


def _sync(folder: Path) -> None:
    """See that the new names in `folder` are on the disk before rows tell of them."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rows(story: Story) -> StoryRecord | ContentRecord:
    return episode_to_record(story) if story.is_linear else to_record(story)
