"""Reads stories and the listener's rows back as records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, select

from db.models import (
    AudioFile,
    Character,
    Content,
    LearnerModelState,
    LikeEngagement,
    ListeningSession,
    Mark,
    Place,
    Story,
    StoryChoice,
    StoryNode,
    StoryTranslation,
    UserPreferences,
    UserProgress,
)
from db.records import (
    AudioRecord,
    CharacterRecord,
    ChoiceRecord,
    ContentRecord,
    LearnerRecord,
    MarkRecord,
    NodeRecord,
    PlaceRecord,
    PreferencesRecord,
    ProgressRecord,
    StoryRecord,
    TranslationRecord,
)

R = TypeVar("R")

_FOR_NULL: Final[dict[str, Any]] = {
    # Rows put in by hand may leave out what the documents let be NULL.
    "belief": {},
    "choices_made": (),
    "code_mix_ratio": 0.0,
    "completion_percentage": 0.0,
    "display_order": 0,
    "is_complete": False,
    "is_completed": False,
    "is_default": False,
    "is_end": False,
    "is_start": False,
    "language": "it",
    "meta": {},
    "play_count": 0,
    "preferences": {},
    "total_time_sec": 0,
}


def story(connection: Connection, slug: str) -> StoryRecord | None:
    """Return an active story with all its rows in display order."""
    row = _one(connection, select(Story.__table__).where(Story.slug == slug, _is_active()))
    if row is None:
        return None
    nodes = select(StoryNode.__table__).where(StoryNode.story_id == row["id"])
    of_node = StoryNode.story_id == row["id"]
    return record(
        StoryRecord,
        row,
        translations=_records(
            connection,
            TranslationRecord,
            _children(StoryTranslation, row["id"]).order_by(
                StoryTranslation.created_at, StoryTranslation.language_code
            ),
        ),
        characters=_records(
            connection,
            CharacterRecord,
            _children(Character, row["id"]).order_by(Character.display_order, Character.slug),
        ),
        nodes=_records(
            connection, NodeRecord, nodes.order_by(StoryNode.display_order, StoryNode.id)
        ),
        choices=_records(
            connection,
            ChoiceRecord,
            select(StoryChoice.__table__)
            .join(StoryNode, StoryNode.id == StoryChoice.node_id)
            .where(of_node)
            .order_by(StoryNode.display_order, StoryChoice.node_id, StoryChoice.choice_key),
        ),
        audio_files=_records(connection, AudioRecord, _clips().where(of_node)),
        contents=_records(
            connection, ContentRecord, _children(Content, row["id"]).order_by(Content.id)
        ),
    )


def episode(connection: Connection, slug: str) -> ContentRecord | None:
    """Return a linear episode."""
    query = select(Content.__table__).where(Content.id == slug, Content.story_id.is_(None))
    row = _one(connection, query)
    return record(ContentRecord, row) if row is not None else None


def place(connection: Connection, slug: str) -> PlaceRecord | None:
    """Return where the listener stands, to the line."""
    row = _one(connection, select(Place.__table__).where(Place.slug == slug))
    return record(PlaceRecord, row) if row is not None else None


def marks(connection: Connection, slug: str | None) -> tuple[MarkRecord, ...]:
    """Return the bookmarks of one story, or of all, newest first; also those taken away."""
    query = select(Mark.__table__).order_by(Mark.made_at.desc(), Mark.id.desc())
    return _records(
        connection, MarkRecord, query if slug is None else query.where(Mark.slug == slug)
    )


def progress(connection: Connection, user_id: UUID, story_id: UUID) -> ProgressRecord | None:
    """Return how far a listener is in a story."""
    query = select(UserProgress.__table__).where(
        UserProgress.user_id == user_id, UserProgress.story_id == story_id
    )
    row = _one(connection, query)
    if row is None:
        return None
    played = row["last_played_at"] or row["updated_at"] or row["created_at"]
    return record(ProgressRecord, row, last_played_at=played)


def reaction(connection: Connection, content_ids: Sequence[str]) -> str | None:
    """Return the latest reaction to any of these contents, None where it was taken back."""
    latest = (
        select(LikeEngagement.liked, LikeEngagement.reaction_type)
        .where(LikeEngagement.content_id.in_(content_ids))
        # By the clock that all machines share: the time of one of them may be wrong.
        .order_by(
            func.coalesce(LikeEngagement.hlc, 0).desc(),
            LikeEngagement.hlc_device.desc(),
            LikeEngagement.updated_at.desc(),
        )
        .limit(1)
    )
    row = connection.execute(latest).one_or_none()
    return (row.reaction_type or "like") if row is not None and row.liked else None


def learner(connection: Connection) -> LearnerRecord | None:
    """Return the belief after the latest session, whatever the clock said."""
    table = LearnerModelState.__table__
    stamped = ListeningSession.__table__
    latest = (
        select(table)
        .outerjoin(stamped, stamped.c.id == table.c.session_id)
        .order_by(stamped.c.hlc.desc().nulls_last(), table.c.last_updated.desc())
        .limit(1)
    )
    row = _one(connection, latest)
    return record(LearnerRecord, row) if row is not None else None


def preferences(connection: Connection) -> PreferencesRecord | None:
    """Return what the listener chose last."""
    table = UserPreferences.__table__
    row = _one(connection, select(table).order_by(table.c.last_updated.desc()).limit(1))
    return record(PreferencesRecord, row) if row is not None else None


def record(kind: type[R], row: Mapping[Any, Any], **more: Any) -> R:
    """Make a record of a row, with what stands for NULL in a row put in by hand."""
    values = {}
    for field in fields(kind):  # type: ignore[arg-type]  # every record is a dataclass
        column = "metadata" if field.name == "meta" else field.name
        if column not in row:
            continue
        value = row[column]
        if value is None and field.name in _FOR_NULL:
            value = _FOR_NULL[field.name]
        values[field.name] = tuple(value) if isinstance(value, list) else value
    return kind(**{**values, **more})


def _one(connection: Connection, query: Select[Any]) -> RowMapping | None:
    return connection.execute(query).mappings().one_or_none()


def _records(connection: Connection, kind: type[R], query: Select[Any]) -> tuple[R, ...]:
    return tuple(record(kind, row) for row in connection.execute(query).mappings())


def _children(model: Any, story_id: UUID) -> Select[Any]:
    return select(model.__table__).where(model.story_id == story_id)


def _clips() -> Select[Any]:
    return (
        select(AudioFile.__table__)
        .join(StoryNode, StoryNode.id == AudioFile.node_id)
        .order_by(
            StoryNode.display_order,
            AudioFile.node_id,
            AudioFile.language_code,
            AudioFile.code_mix_ratio,
            AudioFile.speaker_id,
        )
    )


def _is_active() -> ColumnElement[bool]:
    return Story.is_active.is_not(False)
