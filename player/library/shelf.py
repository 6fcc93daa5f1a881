"""The shelf: what comes into the store and is opened from it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from db.records import CatalogueEntry, ContentRecord, StoryRecord
from player.errors import KahaniError, UsageError
from player.library.catalogue import to_record
from player.library.contents import episode_to_record
from player.library.folders import (
    EPISODE_FILE,
    STORY_FILE,
    Looked,
    Measure,
    copy_folder,
    fingerprint,
    look_into,
    settle,
    take_back,
)
from player.library.handmade import completed
from player.library.publications import is_published_alike
from player.library.restoring import episode_from_record, from_record
from player.story.cleaning import quoted
from player.story.graph import Story
from player.story.problems import Problem
from player.story.writing import write_story

BUNDLED_SLUGS: Final = "bundled_slugs"
_BUNDLE_MARK: Final = "bundled_fingerprint"
_ROWS: Final = "1"
"""Raised when the rows made of a story change, so that bundled stories are looked at again."""


class CatalogueStore(Protocol):
    """The part of the store that the library needs."""

    def import_story(self, story: StoryRecord, /) -> str:
        """Bring a story in or up to date: created, updated or unchanged."""

    def import_episode(self, episode: ContentRecord, /) -> str:
        """Bring an episode in or up to date."""

    def story(self, slug: str) -> StoryRecord | None:
        """Return a story."""

    def episode(self, slug: str) -> ContentRecord | None:
        """Return an episode."""

    def complete_story(self, story: StoryRecord, /) -> None:
        """Insert the rows that a story lacks."""

    def catalogue(self) -> tuple[CatalogueEntry, ...]:
        """Return all stories and episodes."""

    def get_meta(self, key: str) -> str | None:
        """Return a small value of this machine."""

    def set_meta(self, key: str, value: str) -> Future[None]:
        """Keep a small value on this machine."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing one folder came to; `outcome` is created, updated or unchanged."""

    slug: str
    outcome: str
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundled:
    """What importing the bundled stories came to; a notice names each that was left alone."""

    imported: tuple[Imported, ...] = ()
    notices: tuple[str, ...] = ()


def import_folder(
    path: Path, store: CatalogueStore, stories_dir: Path, measure: Measure | None = None
) -> Imported:
    """Check the story in a folder, copy it to the listener's own, and bring it into the store.

    All of it or nothing. Raises StoryErrors with every problem, UsageError where there is no story
    or its slug is that of a bundled one, the store's SlugTakenError for any other story's.
    """
    looked = look_into(path, measure)
    story = looked.examined.whole()
    if _is_known(story, store):
        own = stories_dir / story.slug
        if story.slug in bundled_slugs(store) or (
            is_whole(own, story.content_hash, measure) and is_published_alike(looked.folder, own)
        ):
            return Imported(story.slug, put_story(story, store), looked.problems)
    elif story.slug in bundled_slugs(store):
        raise UsageError(
            f"{path}: {story.slug} is the slug of a story that comes with kahani:"
            " give yours another slug."
        )
    target = stories_dir / story.slug
    aside = copy_folder(looked, target, measure)
    try:
        outcome = put_story(story, store)
    except BaseException:
        take_back(target, aside)
        raise
    settle(aside)
    return Imported(story.slug, outcome, looked.problems)


def import_bundled(
    assets_dir: Path, store: CatalogueStore, measure: Measure | None = None, version: str = ""
) -> Bundled:
    """Bring the stories that come with the program into the store; they stay where they are.

    Costs a look at each file's size and time where nothing changed since the last time. A story of
    the listener's that has the slug of a bundled one is left alone, with a notice.
    """
    if not assets_dir.is_dir():
        return Bundled(notices=(f"{assets_dir} is not there: install kahani again.",))
    mark = f"{_ROWS} {version} {assets_dir} {fingerprint(assets_dir)}"
    if store.get_meta(_BUNDLE_MARK) == mark:
        return Bundled()
    stories, notices = [], []
    former = bundled_slugs(store)
    for folder in sorted(_story_folders(assets_dir)):
        try:
            looked = look_into(folder, measure)
            story = _placed(looked)
        except (KahaniError, OSError) as error:
            notices.append(f"A bundled story is damaged, install kahani again: {error}")
            continue
        if _is_others(story, store, former):
            notices.append(
                f"Your own story {story.slug} stays; the one that comes with kahani is left out."
            )
        else:
            stories.append((story, looked.problems))
    store.set_meta(BUNDLED_SLUGS, json.dumps([story.slug for story, _ in stories])).result()
    imported = tuple(
        Imported(story.slug, put_story(story, store), problems) for story, problems in stories
    )
    if not notices:
        store.set_meta(_BUNDLE_MARK, mark).result()
    return Bundled(imported, tuple(notices))


def open_story(slug: str, store: CatalogueStore) -> Story:
    """Return a story or a linear episode of the store.

    A story put in by hand is completed first, so that events can refer to its nodes. Raises
    UsageError for an unknown slug, naming the nearest and what there is.
    """
    record = store.story(slug)
    if record is not None:
        whole = completed(record)
        if whole is not record:
            store.complete_story(whole)
        return from_record(whole)
    episode = store.episode(slug)
    if episode is not None:
        return episode_from_record(episode)
    raise UsageError(_unknown(slug, [entry.slug for entry in store.catalogue()]))


def export(slug: str, store: CatalogueStore) -> str:
    """Return the text of the story file of a story in the store; raises UsageError."""
    return write_story(open_story(slug, store))


def examine(path: Path, measure: Measure | None = None) -> tuple[Problem, ...]:
    """Return everything that is wrong with the story in a folder, warnings too."""
    return look_into(path, measure).problems


def bundled_slugs(store: CatalogueStore) -> list[str]:
    """Return the slugs of the stories that came with the program."""
    slugs: list[str] = json.loads(store.get_meta(BUNDLED_SLUGS) or "[]")
    return slugs


def put_story(story: Story, store: CatalogueStore) -> str:
    """Bring the rows of a story in or up to date: created, updated or unchanged."""
    if story.is_linear:
        return store.import_episode(episode_to_record(story))
    return store.import_story(to_record(story))


def _is_known(story: Story, store: CatalogueStore) -> bool:
    """Whether the store has exactly this story."""
    return stored_hash(story.slug, store) == story.content_hash


def stored_hash(slug: str, store: CatalogueStore) -> str | None:
    """Return the content hash of what has this slug, "" if it has none, None if there is none."""
    record = store.story(slug)
    if record is not None:
        return record.content_hash or ""
    episode = store.episode(slug)
    return None if episode is None else str(episode.meta.get("content_hash", ""))


def is_whole(folder: Path, content_hash: str | None, measure: Measure | None) -> bool:
    """Return whether the story of this content hash lies in `folder`, undamaged."""
    try:
        there = look_into(folder, measure).examined.story
    except (KahaniError, OSError):
        return False
    return there is not None and there.content_hash == content_hash


def _is_others(story: Story, store: CatalogueStore, former: Sequence[str]) -> bool:
    stored = stored_hash(story.slug, store)
    return story.slug not in former and stored not in (None, story.content_hash)


def _placed(looked: Looked) -> Story:
    story = looked.examined.whole()
    if looked.folder.name != story.slug:
        raise KahaniError(f"{looked.folder} must be called {story.slug}, for its clips to be found")
    return story


def _story_folders(assets_dir: Path) -> Iterator[Path]:
    for folder in assets_dir.iterdir():
        if any((folder / name).is_file() for name in (STORY_FILE, EPISODE_FILE)):
            yield folder


def _unknown(slug: str, slugs: Sequence[str]) -> str:
    there = ", ".join(slugs[:20]) + (f" and {len(slugs) - 20} more" if len(slugs) > 20 else "")  # noqa: PLR2004 - a line's worth
    meant = difflib.get_close_matches(slug[:100], slugs[:5_000], 1)
    likely = f" Did you mean {meant[0]}?" if meant else ""
    return f"There is no story {quoted(slug)}.{likely} There is: {there or 'none yet'}."
