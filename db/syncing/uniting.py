"""Unites the bookmarks that a listener made in one story on several machines: none is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from db import appending
from db.models import Bookmark, Story
from db.records import BookmarkRecord, MarkRecord
from db.syncing.applying import merge
from db.types import from_text

Mark = Mapping[str, Any]

_WHOLE: Final = frozenset({"id", "title", "words", "note", "state", "percentage", "made_at"})


def unite(tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Merge pulled rows of bookmarks, and keep their marks.

    Where either side knows of a mark that the newer row lacks, the row is written anew with all
    of them, and sent.
    """
    for row in rows:
        here = _here(tx, row)
        merge(tx, "bookmarks", [row])
        marks = list(row["marks"] or ())
        if here is not None:
            is_newer = _stamp(row) >= _stamp(here)
            older, newer = (here, row) if is_newer else (row, here)
            marks = _united(older["marks"] or (), newer["marks"] or ())
            if not _same(marks, newer["marks"] or ()):
                appending.append(tx, [_anew(newer, marks)])
        _keep(tx, row["story_id"], marks)


def _here(tx: Connection, row: Mapping[str, Any]) -> dict[str, Any] | None:
    table = Bookmark.__table__
    query = select(table).where(
        table.c.user_id == row["user_id"], table.c.story_id == row["story_id"]
    )
    found = tx.execute(query).mappings().one_or_none()
    return None if found is None else dict(found)


def _united(older: Sequence[Mark], newer: Sequence[Mark]) -> list[Mark]:
    """Return all marks, newest first: a removal stays, else the newer row's word counts."""
    marks: dict[Any, Mark] = {mark.get("id"): mark for mark in older}
    for mark in newer:
        removed = mark.get("removed_at") or marks.get(mark.get("id"), {}).get("removed_at")
        marks[mark.get("id")] = {**mark, "removed_at": removed} if removed else mark
    return sorted(
        marks.values(), key=lambda m: (str(m.get("made_at")), str(m.get("id"))), reverse=True
    )


def _same(some: Sequence[Mark], others: Sequence[Mark]) -> bool:
    return {mark.get("id"): mark for mark in some} == {mark.get("id"): mark for mark in others}


def _anew(row: Mapping[str, Any], marks: Sequence[Mark]) -> BookmarkRecord:
    standing = [mark for mark in marks if not mark.get("removed_at")]
    removed = [from_text(mark["removed_at"]) for mark in marks if mark.get("removed_at")]
    return BookmarkRecord(
        id=row["id"],
        user_id=row["user_id"],
        story_id=row["story_id"],
        notes=next((mark["note"] for mark in standing if mark.get("note")), None),
        marks=tuple(marks),
        removed_at=None if standing or not removed else max(removed),
    )


def _keep(tx: Connection, story_id: UUID, marks: Sequence[Mark]) -> None:
    """Bring this machine's list of marks up to date."""
    slug = tx.scalar(select(Story.slug).where(Story.id == story_id))
    whole = [mark for mark in marks if mark.keys() >= _WHOLE]
    if slug is not None:
        appending.append(tx, [_record(slug, mark) for mark in whole])


def _record(slug: str, mark: Mark) -> MarkRecord:
    removed_at = mark.get("removed_at")
    return MarkRecord(
        id=UUID(mark["id"]),
        slug=slug,
        title=mark["title"],
        words=mark["words"],
        note=mark["note"],
        state=mark["state"],
        percentage=float(mark["percentage"]),
        made_at=from_text(mark["made_at"]),
        removed_at=from_text(removed_at) if removed_at else None,
    )


def _stamp(row: Mapping[str, Any]) -> tuple[int, str]:
    return (row["hlc"] or 0, row["hlc_device"] or "")
