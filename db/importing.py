"""Brings stories and episodes into the catalogue: ids stay, nothing of a listener is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import Column, Connection, Table, delete, exists, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from db.asking.clip_addresses import clip_addresses, moved_clips
from db.errors import SlugTakenError
from db.models import (
    AudioFile,
    BehavioralEvent,
    Content,
    GenerationStatus,
    LikeEngagement,
    Row,
    Story,
    StoryChoice,
    StoryNode,
    UserProgress,
)
from db.records import ContentRecord, NodeRecord, StoryRecord
from db.rows import content_row, story_rows

Outcome: TypeAlias = Literal["created", "updated", "unchanged"]

KEPT: Final = ("id", "created_at", "accessed_at", "access_count", "is_active")
"""Columns that an import never overwrites."""


def import_story(connection: Connection, story: StoryRecord) -> Outcome:
    """Write a story and its rows; rows that vanished from it are deleted.

    An edition that somebody heard is kept, as its events would go with it. Raises SlugTakenError.
    """
    known = connection.execute(
        select(Story.id, Story.content_hash).where(Story.slug == story.slug)
    ).one_or_none()
    if known is not None and known.id != story.id:
        raise SlugTakenError(_taken(story.slug, "story"))
    if connection.scalar(select(Content.id).where(Content.id == story.slug)):
        raise SlugTakenError(_taken(story.slug, "episode"))
    if known is not None and story.content_hash and known.content_hash == story.content_hash:
        return "updated" if _follow_moved(connection, story) else "unchanged"
    if known is not None:
        _follow_renamed(connection, story)
        _delete_vanished(connection, story)
    for table, rows in story_rows(story).items():
        write_rows(connection, Row.metadata.tables[table], rows)
    return "created" if known is None else "updated"


def import_episode(connection: Connection, episode: ContentRecord) -> Outcome:
    """Write a linear episode. Raises SlugTakenError."""
    if connection.scalar(select(Story.id).where(Story.slug == episode.id)):
        raise SlugTakenError(_taken(episode.id, "story"))
    known = connection.execute(
        select(Content.meta.label("meta"), Content.story_id).where(Content.id == episode.id)
    ).one_or_none()
    if known is not None:
        if known.story_id is not None:
            raise SlugTakenError(_taken(episode.id, "edition"))
        digest = episode.meta.get("content_hash")
        is_same = digest and (known.meta or {}).get("content_hash") == digest
        if is_same and not moved_clips(clip_addresses(known.meta or {}), episode):
            return "unchanged"
    write_rows(connection, Row.metadata.tables["content"], [content_row(episode)])
    return "created" if known is None else "updated"


def import_all(
    connection: Connection, records: Sequence[StoryRecord | ContentRecord]
) -> tuple[Outcome, ...]:
    """Write stories and episodes, all of them or none. Raises SlugTakenError."""
    return tuple(
        import_story(connection, record)
        if isinstance(record, StoryRecord)
        else import_episode(connection, record)
        for record in records
    )


def complete_story(connection: Connection, story: StoryRecord) -> None:
    """Insert what a story lacks; rows that are there stay as they are."""
    for table, rows in story_rows(story).items():
        if rows and table != "stories":
            statement = insert_or(Row.metadata.tables[table]).on_conflict_do_nothing()
            connection.execute(statement, rows)


def write_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, or overwrite those of the same id."""
    if not rows:
        return
    statement = insert_or(table)
    sets = {name: statement.excluded[name] for name in rows[0] if name not in KEPT}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=sets), list(rows)
    )


def _follow_moved(connection: Connection, story: StoryRecord) -> bool:
    """Take over where the clips of an unchanged story are published now; whether any moved."""
    nodes = select(StoryNode.id).where(_of(story)).scalar_subquery()
    known = connection.execute(
        select(AudioFile.id, AudioFile.r2_url).where(AudioFile.node_id.in_(nodes))
    )
    moved = moved_clips({row.id: row.r2_url for row in known}, story)
    rows = story_rows(story)
    changed = [row for row in rows["audio_files"] if row["id"] in moved]
    if changed:
        write_rows(connection, Row.metadata.tables["audio_files"], changed)
        write_rows(connection, Row.metadata.tables["content"], rows["content"])
    return bool(changed)


def _taken(slug: str, by: str) -> str:
    return (
        f'The slug "{slug}" belongs to another {by} in the library already: '
        "give one of them another slug."
    )


def _follow_renamed(connection: Connection, story: StoryRecord) -> None:
    """Move saved places from a node's old name to its new one."""
    renamed = {node.meta["was"]: node for node in story.nodes if node.meta.get("was")}
    if not renamed:
        return
    write_rows(connection, Row.metadata.tables["characters"], story_rows(story)["characters"])
    old = connection.execute(select(StoryNode.id, StoryNode.meta).where(_of(story))).all()
    for node_id, meta in old:
        node: NodeRecord | None = renamed.get((meta or {}).get("key"))
        if node is None or node.id == node_id:
            continue
        rows = [row for row in story_rows(story)["story_nodes"] if row["id"] == node.id]
        write_rows(connection, Row.metadata.tables["story_nodes"], rows)
        connection.execute(
            update(UserProgress)
            .where(UserProgress.current_node_id == node_id)
            .values(current_node_id=node.id, updated_at=UserProgress.updated_at)
        )


def _of(story: StoryRecord) -> Any:
    return StoryNode.story_id == story.id


def _delete_vanished(connection: Connection, story: StoryRecord) -> None:
    """Delete the rows of the story that it no longer has, the leaves of the graph first."""
    nodes = select(StoryNode.id).where(_of(story)).scalar_subquery()
    tables = Row.metadata.tables
    clips = AudioFile.__table__.c.node_id.in_(nodes)
    _delete_others(connection, tables["audio_files"], clips, [row.id for row in story.audio_files])
    choices = StoryChoice.__table__.c.node_id.in_(nodes)
    _delete_others(connection, tables["story_choices"], choices, [row.id for row in story.choices])
    for name, kept in (
        ("story_nodes", [row.id for row in story.nodes]),
        ("characters", [row.id for row in story.characters]),
        ("story_translations", [row.id for row in story.translations]),
    ):
        _delete_others(connection, tables[name], tables[name].c.story_id == story.id, kept)
    heard = [
        exists().where(column == Content.id)
        for column in (
            BehavioralEvent.content_id,
            LikeEngagement.content_id,
            GenerationStatus.content_id,
        )
    ]
    unheard = (Content.story_id == story.id) & ~heard[0] & ~heard[1] & ~heard[2]
    _delete_others(connection, tables["content"], unheard, [row.id for row in story.contents])


def _delete_others(
    connection: Connection, table: Table, condition: Any, kept: Sequence[UUID | str]
) -> None:
    identity: Column[Any] = table.c.id
    there = set(connection.scalars(select(identity).where(condition)))
    for gone in there.difference(kept):
        connection.execute(delete(table).where(identity == gone))
