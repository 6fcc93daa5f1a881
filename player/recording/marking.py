"""Bookmarks as they are kept: each a place with a note, told to PostgreSQL a story at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from db.records import BookmarkRecord, MarkRecord, Record
from player.errors import UsageError
from player.recording.places import SavedPlace
from player.recording.scribe import Scribe
from player.session import Session
from player.story.lines import line_at
from player.story.walking import percentage


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A place in a story with the listener's note; `words` is the line it stands at."""

    id: UUID
    slug: str
    title: str
    note: str
    words: str
    made_at: datetime
    percentage: float
    place: SavedPlace
    story_id: UUID | None

    @property
    def language(self) -> str:
        """The language it was heard in."""
        return self.place.language

    @property
    def mix(self) -> float:
        """The share of English it was heard with, 0 to 1."""
        return self.place.mix


class MarkStore(Protocol):
    """The part of the store that bookmarks need."""

    def append(self, records: Sequence[Record]) -> Future[None]:
        """Write all of them, or none; the future resolves when they are durable."""

    def marks(self, slug: str | None = None) -> tuple[MarkRecord, ...]:
        """Return the marks of one story, or of all, newest first; also those taken away."""


class Marking:
    """Reads and writes the bookmarks of one listener. All methods block, but for `at`."""

    def __init__(
        self,
        store: MarkStore,
        scribe: Scribe,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        self._store = store
        self._scribe = scribe
        self._now = now
        self._new_id = new_id
        self._changing = threading.Lock()
        """Held from reading the marks until what was made of them is written."""

    def at(self, session: Session, position_ms: int, note: str = "") -> Bookmark:
        """Return a bookmark at the line being heard; it is not kept yet."""
        lines = session.passage(session.node).lines
        index = line_at(lines, position_ms)
        return Bookmark(
            id=self._new_id(),
            slug=session.story.slug,
            title=session.title,
            note=note,
            words=lines[index].text if lines else "",
            made_at=self._now(),
            percentage=percentage(session.story, session.state),
            place=SavedPlace.of(session, lines[index].start_ms if index > 0 else 0),
            story_id=None if session.story.is_linear else session.story.id,
        )

    def all(self, slug: str | None = None) -> tuple[Bookmark, ...]:
        """Return the bookmarks of one story, or of all, newest first; what is damaged is left."""
        return tuple(_bookmarks(self._store.marks(slug)))

    def keep(self, bookmark: Bookmark) -> None:
        """Keep a new bookmark. Raises StoreError."""
        with self._changing:
            self._write(bookmark, None, ["bookmark_add"])

    def change(self, bookmark_id: UUID, note: str) -> None:
        """Give a bookmark another note. Raises UsageError for one that is not there, StoreError."""
        with self._changing:
            self._write(replace(self._found(bookmark_id), note=note), None, [])

    def remove(self, bookmark_id: UUID) -> None:
        """Take a bookmark away. Raises UsageError for one that is not there, StoreError."""
        with self._changing:
            self._write(self._found(bookmark_id), self._now(), ["bookmark_remove"])

    def _found(self, bookmark_id: UUID) -> Bookmark:
        for bookmark in self.all():
            if bookmark.id == bookmark_id:
                return bookmark
        raise UsageError("this bookmark is not there any more.")

    def _write(self, bookmark: Bookmark, removed_at: datetime | None, kinds: list[str]) -> None:
        mark = _record(bookmark, removed_at)
        records: list[Record] = [
            mark,
            *(
                self._scribe.marked(kind, bookmark.story_id, bookmark.slug, mark.state)
                for kind in kinds
            ),
        ]
        if bookmark.story_id is not None:
            others = (m for m in self._store.marks(bookmark.slug) if m.id != mark.id)
            marks = sorted([mark, *others], key=lambda m: (m.made_at, m.id), reverse=True)
            records.append(self._summary(bookmark.story_id, marks))
        self._store.append(records).result()

    def _summary(self, story_id: UUID, marks: Sequence[MarkRecord]) -> BookmarkRecord:
        standing = [mark for mark in marks if mark.removed_at is None]
        return BookmarkRecord(
            id=self._new_id(),
            user_id=self._scribe.listener.id,
            story_id=story_id,
            notes=next((mark.note for mark in standing if mark.note), None),
            marks=tuple(_told(mark) for mark in marks),
            removed_at=None if standing else max(filter(None, (m.removed_at for m in marks))),
        )


def _record(bookmark: Bookmark, removed_at: datetime | None) -> MarkRecord:
    story_id = str(bookmark.story_id) if bookmark.story_id else None
    return MarkRecord(
        id=bookmark.id,
        slug=bookmark.slug,
        title=bookmark.title,
        words=bookmark.words,
        note=bookmark.note,
        state={**bookmark.place.to_json(), "story_id": story_id},
        percentage=bookmark.percentage,
        made_at=bookmark.made_at,
        removed_at=removed_at,
    )


def _bookmarks(marks: Iterable[MarkRecord]) -> Iterable[Bookmark]:
    for mark in marks:
        if mark.removed_at is not None:
            continue
        story_id = mark.state.get("story_id")
        try:
            place = SavedPlace.from_json(mark.state)
        except (ValueError, KeyError, TypeError):
            continue
        yield Bookmark(
            id=mark.id,
            slug=mark.slug,
            title=mark.title,
            note=mark.note,
            words=mark.words,
            made_at=mark.made_at,
            percentage=mark.percentage,
            place=place,
            story_id=UUID(story_id) if story_id else None,
        )


def _told(mark: MarkRecord) -> dict[str, object]:
    return {
        "id": str(mark.id),
        "title": mark.title,
        "words": mark.words,
        "note": mark.note,
        "state": mark.state,
        "percentage": mark.percentage,
        "made_at": mark.made_at.isoformat(),
        "removed_at": mark.removed_at.isoformat() if mark.removed_at else None,
    }
