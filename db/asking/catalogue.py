"""The library's rows: every active story and episode, and what else can be asked about one.

A placement (a slug that begins with "placement-") is no row of it: it is offered, not looked for.

SQLite puts the rows together, outside of Python and its lock: fifty thousand stories are read
while the screen goes on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from db.records import CatalogueEntry, OutlineRecord

SECONDS_A_MINUTE: Final = 60
ROWS_AT_ONCE: Final = 512

# A bare column beside min() is that of the row which has the least: a promise of SQLite.
_CATALOGUE: Final = """
SELECT s.slug, told.title, told.english, told.description, told.languages, s.age_range, s.region,
    first.format, first.genre, first.difficulty, first.difficulty_score, longest.seconds,
    s.duration_min
FROM stories s
LEFT JOIN (
    SELECT story_id, title, description, group_concat(language_code) AS languages,
        group_concat(CASE WHEN language_code = 'en' THEN title END) AS english,
        min(CASE WHEN language_code = :language THEN '' ELSE created_at || language_code END)
    FROM story_translations GROUP BY story_id
) told ON told.story_id = s.id
LEFT JOIN (
    SELECT story_id, format, genre, difficulty, difficulty_score, min(id)
    FROM content WHERE story_id IS NOT NULL GROUP BY story_id
) first ON first.story_id = s.id
LEFT JOIN (
    SELECT story_id, max(duration) AS seconds
    FROM content WHERE story_id IS NOT NULL GROUP BY story_id
) longest ON longest.story_id = s.id
WHERE s.is_active IS NOT FALSE AND s.slug NOT GLOB 'placement-*'
UNION ALL
SELECT id, title, NULL, description, coalesce(language, 'it'),
    json_extract(metadata, '$.age_range'), json_extract(metadata, '$.region'),
    format, genre, difficulty, difficulty_score, duration, NULL
FROM content WHERE story_id IS NULL AND id NOT GLOB 'placement-*'
ORDER BY 1
"""

_MARK: Final = """
SELECT count(*), max(updated_at), sum(is_active IS NOT FALSE),
    (SELECT max(rowid) FROM story_translations), (SELECT max(rowid) FROM content),
    (SELECT count(*) FROM content WHERE story_id IS NULL),
    (SELECT max(updated_at) FROM content WHERE story_id IS NULL)
FROM stories
"""

_WORDS: Final = """
SELECT s.slug, group_concat(t.title || char(10) || coalesce(t.description, ''), char(10))
FROM json_each(:slugs) wanted
JOIN stories s ON s.slug = wanted.value
JOIN story_translations t ON t.story_id = s.id
GROUP BY s.slug
"""

_ENDINGS: Final = """
SELECT count(*) FROM story_nodes n JOIN stories s ON s.id = n.story_id
WHERE s.slug = :slug AND n.is_end
"""

_VARIANTS: Final = """
SELECT a.language_code, coalesce(a.code_mix_ratio, 0), count(*)
FROM audio_files a
JOIN story_nodes n ON n.id = a.node_id
JOIN stories s ON s.id = n.story_id
WHERE s.slug = :slug
GROUP BY 1, 2 ORDER BY 1, 2
"""

_CLIPS: Final = """
SELECT json_extract(clip.value, '$.language'), coalesce(json_extract(clip.value, '$.mix'), 0),
    count(*)
FROM content c, json_each(c.metadata, '$.clips') clip
WHERE c.id = :slug AND c.story_id IS NULL
GROUP BY 1, 2 ORDER BY 1, 2
"""

_MIXES: Final = """
SELECT s.slug, a.language_code, coalesce(a.code_mix_ratio, 0),
    (SELECT c.difficulty_score FROM content c WHERE c.id = s.slug || ':' || a.language_code),
    (SELECT c.difficulty FROM content c WHERE c.id = s.slug || ':' || a.language_code)
FROM json_each(:slugs) wanted
JOIN stories s ON s.slug = wanted.value
JOIN story_nodes n ON n.story_id = s.id
JOIN audio_files a ON a.node_id = n.id
GROUP BY 1, 2, 3
HAVING 2 * count(*) >= (SELECT count(*) FROM story_nodes k WHERE k.story_id = s.id)
ORDER BY 1, 3, 2
"""


class Mix(NamedTuple):
    """What a story can be heard in: a language, its share of English, and how demanding it is."""

    language: str
    mix: float
    score: float | None
    difficulty: str | None


def catalogue(connection: Connection, language: str | None) -> tuple[CatalogueEntry, ...]:
    """Return the whole library by slug, in one query however long it is."""
    rows = connection.exec_driver_sql(_CATALOGUE, {"language": language})
    entries: list[CatalogueEntry] = []
    while some := rows.fetchmany(ROWS_AT_ONCE):
        entries += [_entry(row, language) for row in some]
    return tuple(entries)


def catalogue_mark(connection: Connection) -> str:
    """Return what changes whenever a story or an episode comes, goes or is imported anew."""
    return repr(tuple(connection.exec_driver_sql(_MARK).one()))


def words(connection: Connection, slugs: Sequence[str]) -> dict[str, str]:
    """Return all titles and descriptions of stories, in every language, to search in."""
    found = connection.exec_driver_sql(_WORDS, {"slugs": json.dumps(list(slugs))})
    return {row[0]: row[1] for row in found}


def outline(connection: Connection, slug: str) -> OutlineRecord:
    """Return what the library tells of one story when it is looked at."""
    wanted = {"slug": slug}
    heard = connection.exec_driver_sql(_VARIANTS, wanted).all()
    heard = heard or connection.exec_driver_sql(_CLIPS, wanted).all()
    return OutlineRecord(
        endings=connection.exec_driver_sql(_ENDINGS, wanted).scalar_one(),
        variants=tuple((language, float(mix)) for language, mix, _ in heard),
        clips=sum(count for _, _, count in heard),
    )


def _entry(row: Any, language: str | None) -> CatalogueEntry:
    (slug, title, english, description, languages, age_range, region) = row[:7]
    (form, genre, difficulty, score, seconds, minutes) = row[7:]
    return CatalogueEntry(
        slug,
        title or slug,
        english or "",
        description or "",
        _codes(languages or "", language),
        age_range,
        region,
        form,
        genre,
        difficulty,
        score,
        seconds or SECONDS_A_MINUTE * (minutes or 0),
    )


@lru_cache(maxsize=1024)
def _codes(listed: str, language: str | None) -> tuple[str, ...]:
    """Return the codes, that of the listener first; the same tuple for the same codes."""
    codes = [code for code in listed.split(",") if code]
    return tuple(sorted(codes, key=lambda code: code != language))


def mixes(connection: Connection, slugs: Sequence[str]) -> dict[str, tuple[Mix, ...]]:
    """Return by slug what these stories can be heard in, least English first.

    Only what at least half of the passages have as sound.
    """
    found: dict[str, tuple[Mix, ...]] = {}
    wanted = {"slugs": json.dumps(list(slugs))}
    for slug, language, mix, score, kind in connection.exec_driver_sql(_MIXES, wanted):
        told = Mix(language, float(mix), None if score is None else float(score), kind)
        found[slug] = (*found.get(slug, ()), told)
    return found


def clips_mark(connection: Connection) -> int:
    """Return what changes whenever clips come or a story is imported anew; costs nothing."""
    return connection.exec_driver_sql("SELECT max(rowid) FROM audio_files").scalar_one() or 0
