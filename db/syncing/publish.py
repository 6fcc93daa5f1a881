"""Publishes stories and episodes of this machine's library in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import psycopg
from psycopg import Connection

from db.asking.clip_addresses import clip_addresses, moved_clips
from db.asking.offered import placements
from db.importing import KEPT
from db.records import ContentRecord, StoryRecord
from db.remote import Remote, limit
from db.rows import content_row, payload, story_rows
from db.store import Store
from db.syncing.pushing import upsert
from db.upgrade import upgrade_remote

Key: TypeAlias = Callable[[str], str]
"""Makes of texts what they are found by: folded words, a blank between two."""

Published: TypeAlias = Literal["created", "updated", "unchanged", "taken", "missing"]
"""`taken`: the slug is another story's there; `missing`: there is no such story here."""

_VANISHED: Final = (
    """DELETE FROM audio_files USING story_nodes n WHERE n.id = node_id
       AND n.story_id = %(story)s AND NOT audio_files.id = ANY(%(audio_files)s)""",
    """DELETE FROM story_choices USING story_nodes n WHERE n.id = node_id
       AND n.story_id = %(story)s AND NOT story_choices.id = ANY(%(story_choices)s)""",
    "DELETE FROM story_nodes WHERE story_id = %(story)s AND NOT id = ANY(%(story_nodes)s)",
    "DELETE FROM characters WHERE story_id = %(story)s AND NOT id = ANY(%(characters)s)",
    """DELETE FROM story_translations WHERE story_id = %(story)s
       AND NOT id = ANY(%(story_translations)s)""",
    # An edition that somebody heard stays: its events would go with it.
    """DELETE FROM content WHERE story_id = %(story)s AND NOT id = ANY(%(content)s)
       AND NOT EXISTS (SELECT FROM behavioral_events e WHERE e.content_id = content.id)
       AND NOT EXISTS (SELECT FROM like_engagement l WHERE l.content_id = content.id)
       AND NOT EXISTS (SELECT FROM generation_status g WHERE g.content_id = content.id)""",
)


_TOLD: Final = "SELECT shown -> 'told', md5(shown ->> 'told') FROM catalogue_search WHERE slug = %s"
_KEYS: Final = """
INSERT INTO catalogue_keys AS k (slug, told, keys) VALUES (%s, %s, %s)
ON CONFLICT (slug) DO UPDATE SET told = excluded.told, keys = excluded.keys
WHERE (k.told, k.keys) IS DISTINCT FROM (excluded.told, excluded.keys)
"""


def publish_catalogue(
    address: str, store: Store, slugs: Sequence[str] | None = None, key: Key | None = None
) -> list[tuple[str, Published]]:
    """Bring stories and episodes into PostgreSQL, all with the placements or those named.

    Brings the schema there up to date first. Each story is one transaction; doing it again
    changes nothing. With a `key` they are found by what it makes of their titles and
    descriptions. Raises RemoteError and its kinds.
    """
    remote = Remote(address)
    upgrade_remote(address)
    wanted = slugs if slugs is not None else _all_of(store)
    connection = remote.connect(autocommit=True)
    try:
        return [(slug, publish(connection, store, slug, key)) for slug in wanted]
    except psycopg.Error as fault:
        raise remote.failed("publishing", fault) from None
    finally:
        connection.close()


def _all_of(store: Store) -> list[str]:
    return sorted([*(entry.slug for entry in store.catalogue()), *store.read(placements)])


def publish(
    connection: Connection[Any], store: Store, slug: str, key: Key | None = None
) -> Published:
    """Bring one story or episode into PostgreSQL, in a transaction of its own."""
    story = store.story(slug)
    episode = store.episode(slug) if story is None else None
    with connection.transaction():
        limit(connection)
        # Two players may publish the same story at once.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('kahani.publish'))")
        if story is not None:
            done = _publish_story(connection, story)
        else:
            done = _publish_episode(connection, episode) if episode is not None else "missing"
        if key is not None and done not in ("taken", "missing"):
            _publish_keys(connection, slug, key)
    return done


def may_publish(connection: Connection[Any]) -> bool:
    """Whether the role that is logged in may write the catalogue."""
    with connection.transaction():
        row = connection.execute(
            "SELECT bool_and(has_table_privilege(name, 'INSERT') "
            "AND has_table_privilege(name, 'UPDATE') AND has_table_privilege(name, 'DELETE')) "
            "FROM unnest(ARRAY['stories', 'story_nodes', 'content']) AS name"
        ).fetchone()
    return bool(row and row[0])


def _publish_story(connection: Connection[Any], story: StoryRecord) -> Published:
    known = connection.execute(
        "SELECT id, content_hash FROM stories WHERE slug = %s", [story.slug]
    ).fetchone()
    is_episode = "SELECT FROM content WHERE id = %s AND story_id IS NULL"
    if (known and known[0] != story.id) or connection.execute(is_episode, [story.slug]).fetchone():
        return "taken"
    rows = story_rows(story)
    if known and story.content_hash and known[1] == story.content_hash:
        return _publish_moved(connection, story, rows)
    if known:
        ids = {table: [row["id"] for row in of_table] for table, of_table in rows.items()}
        for statement in _VANISHED:
            connection.execute(statement, {**ids, "story": story.id})
    for table, of_table in rows.items():
        _write(connection, table, of_table)
    return "updated" if known else "created"


def _publish_moved(
    connection: Connection[Any], story: StoryRecord, rows: Mapping[str, Sequence[dict[str, Any]]]
) -> Published:
    """Take over where the clips of an unchanged story are published now."""
    known = connection.execute(
        """SELECT a.id, a.r2_url FROM audio_files a JOIN story_nodes n ON n.id = a.node_id
           WHERE n.story_id = %s""",
        [story.id],
    )
    moved = moved_clips(dict(known.fetchall()), story)
    changed = [row for row in rows["audio_files"] if row["id"] in moved]
    if changed:
        _write(connection, "audio_files", changed)
        _write(connection, "content", rows["content"])
    return "updated" if changed else "unchanged"


def _publish_episode(connection: Connection[Any], episode: ContentRecord) -> Published:
    if connection.execute("SELECT FROM stories WHERE slug = %s", [episode.id]).fetchone():
        return "taken"
    known = connection.execute(
        "SELECT metadata ->> 'content_hash', story_id, metadata FROM content WHERE id = %s",
        [episode.id],
    ).fetchone()
    if known and known[1] is not None:
        return "taken"
    is_same = known and known[0] and known[0] == episode.meta.get("content_hash")
    if known and is_same and not moved_clips(clip_addresses(known[2] or {}), episode):
        return "unchanged"
    _write(connection, "content", [content_row(episode)])
    return "updated" if known else "created"


def _publish_keys(connection: Connection[Any], slug: str, key: Key) -> None:
    """Tell by what a story that stands there is found."""
    found = connection.execute(_TOLD, [slug]).fetchone()
    if found is not None:  # None: nobody may find it, as it is not active
        told, mark = found
        texts = [text for edition in told for text in edition[1:] if text]
        connection.execute(_KEYS, [slug, mark, key("\n".join([slug, *texts]))])


def _write(connection: Connection[Any], table: str, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = tuple(rows[0])
    sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in KEPT)
    clause = f"ON CONFLICT (id) DO UPDATE SET {sets}"
    upsert(connection, table, f"[{','.join(map(payload, rows))}]", columns, clause)
