"""Finds stories in PostgreSQL among a million: which slugs come next, by filters and by words.

Only `catalogue_search` is asked, one row for each story; placements are left out, which are
offered and not looked for. PostgreSQL guesses badly how many
rows a word has, and a wrong guess costs a second; so it is not asked to guess. What is common is
met soon when walking by slug; what is rare comes from the index of words, and is sorted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

NEAR: Final = 3000
"""So many rows by slug are looked at first: what many stories have is met there, in 3 ms."""
FEW: Final = 10_000
"""So many hits are sorted at most; where a million stories have more, fifty are met soon."""
MOST_WORDS: Final = 8

_LISTED: Final = "NOT starts_with(slug, 'placement-')"
_NEXT: Final = (
    "SELECT slug, shown FROM catalogue_search WHERE slug > %(after)s "
    "AND NOT starts_with(slug, 'placement-') ORDER BY slug LIMIT %(limit)s"
)
_NEARBY: Final = (
    "SELECT slug, shown FROM (SELECT * FROM catalogue_search WHERE slug > %(after)s ORDER BY slug "
    "LIMIT %(near)s) n WHERE {} ORDER BY slug LIMIT %(limit)s"
)
_HITS: Final = """
WITH hits AS MATERIALIZED (SELECT slug FROM catalogue_search WHERE {} LIMIT %(few)s),
page AS MATERIALIZED (
    SELECT slug FROM hits WHERE slug > %(after)s ORDER BY slug LIMIT %(limit)s
)
SELECT counted.hits, c.slug, c.shown FROM (SELECT count(*) AS hits FROM hits) counted
LEFT JOIN (page JOIN catalogue_search c USING (slug)) ON true ORDER BY c.slug
"""
_WALK: Final = (
    "SELECT slug, shown FROM catalogue_search WHERE {} AND slug > %(after)s "
    "ORDER BY slug LIMIT %(limit)s"
)
_BY_SLUG: Final = (
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'on', true), "
    "set_config('enable_bitmapscan', 'off', true), "
    "to_regclass('idx_catalogue_search_inside') IS NOT NULL"
)
_BY_WORDS: Final = (
    "SELECT set_config('enable_indexscan', 'off', true), "
    "set_config('enable_bitmapscan', 'on', true)"
)
_REMARKS: Final = """
SELECT to_regclass('catalogue_search') IS NOT NULL,
    to_regclass('idx_catalogue_search_inside') IS NOT NULL,
    EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
"""
_LETTERS: Final = "कौआகাகம்"


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked for: tags that all have, as "genre:folk tale", and words that all have.

    Of these some may be `inside` of a word that a story has, others at its `beginning`.
    """

    tags: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    beginning: tuple[str, ...] = ()

    @classmethod
    def make(
        cls, inside: Sequence[str], beginning: Sequence[str], filters: Mapping[str, str | None]
    ) -> Looked:
        """Make it of what was typed, folded, and of the filters that are on."""
        tags = tuple(f"{name}:{value}" for name, value in filters.items() if value)
        return cls(tags, tuple(inside[:MOST_WORDS]), tuple(beginning[:MOST_WORDS]))

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.tags or self.inside or self.beginning)


def next_rows(
    connection: Connection[Any], looked: Looked, after: str, limit_to: int
) -> list[tuple[str, Any]]:
    """Return at most `limit_to` slugs behind `after`, in order, each with what a row of it shows.

    Without pg_trgm in PostgreSQL no word is found inside of others. To be asked in a transaction;
    what follows in it is planned by indexes alone. Raises psycopg.Error.
    """
    values: dict[str, Any] = {"after": after, "limit": limit_to, "near": NEAR, "few": FEW + 1}
    if not looked:
        return connection.execute(_NEXT, values).fetchall()
    row = connection.execute(_BY_SLUG).fetchone()
    condition = _condition(looked, values, has_trigrams=bool(row and row[3]))
    found = connection.execute(_NEARBY.format(condition), values).fetchall()
    if len(found) == limit_to:
        return found
    connection.execute(_BY_WORDS)
    rows = connection.execute(_HITS.format(condition), values).fetchall()
    if rows[0][0] <= FEW:
        return [(slug, shown) for _, slug, shown in rows if slug is not None]
    connection.execute(_BY_SLUG)
    return connection.execute(_WALK.format(condition), values).fetchall()


def remarks(connection: Connection[Any]) -> tuple[str, ...]:
    """Say what search cannot do in this database, and what to do about it; nothing if all."""
    has_table, has_index, has_extension = connection.execute(_REMARKS).fetchone() or (False,) * 3
    if not has_table:
        return ()
    if not has_index:
        return (
            (
                "words are found by how they begin, not in their middle: have an administrator run "
                "CREATE EXTENSION pg_trgm; CREATE INDEX idx_catalogue_search_inside ON "
                "catalogue_search USING gin (keys gin_trgm_ops);"
            ),
        )
    if has_extension:
        row = connection.execute("SELECT cardinality(show_trgm(%s))", [_LETTERS]).fetchone()
        if row and not row[0]:
            return (
                (
                    "this database takes Hindi, Tamil and Bengali letters for none (its ctype is "
                    "C): their words are found by how they begin alone; a database made with "
                    "LC_CTYPE 'C.UTF-8' finds them anywhere."
                ),
            )
    return ()


def _condition(looked: Looked, values: dict[str, Any], *, has_trigrams: bool) -> str:
    """Write what a row must have, and put the values that it names into `values`."""
    parts = [_LISTED]
    if looked.tags:
        parts.append("tags @> %(tags)s::text[]")
        values["tags"] = list(looked.tags)
    if looked.inside and has_trigrams:
        # Not LIKE ALL: no index is used for that.
        values |= {f"word{i}": f"%{_escaped(word)}%" for i, word in enumerate(looked.inside)}
        parts += [f"keys LIKE %(word{i})s" for i in range(len(looked.inside))]
    begin = looked.beginning if has_trigrams else (*looked.inside, *looked.beginning)
    if begin:
        # Not to_tsquery: it would part words that were parted already.
        parts.append("words @@ %(begin)s::tsquery")
        values["begin"] = " & ".join(f"{_quoted(word)}:*" for word in begin)
    return " AND ".join(parts)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
