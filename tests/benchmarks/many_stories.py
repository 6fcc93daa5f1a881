"""A million stories with titles in four scripts, made in PostgreSQL itself."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

STORIES = int(os.environ.get("KAHANI_BENCH_STORIES", "1000000"))


SYLLABLES = {
    "hi": [
        "का",
        "की",
        "कौ",
        "चा",
        "ला",
        "ने",
        "पा",
        "नी",
        "रा",
        "जा",
        "बि",
        "ल्ली",
        "घ",
        "ड़ा",
        "मो",
        "ती",
        "सो",
        "ना",
        "हा",
        "थी",
        "गाँ",
        "व",
        "ब",
        "च्चे",
    ],
    "ta": [
        "கா",
        "கம்",
        "பா",
        "னை",
        "யா",
        "மர",
        "ம்",
        "நீ",
        "ர்",
        "கு",
        "ரு",
        "வி",
        "கா",
        "டு",
        "ம",
        "லை",
        "பூ",
        "னை",
    ],
    "bn": [
        "কা",
        "ক",
        "জ",
        "ল",
        "পা",
        "খি",
        "গা",
        "ছ",
        "ন",
        "দী",
        "বা",
        "ঘ",
        "রা",
        "জা",
        "মা",
        "ছ",
        "ফু",
        "ল",
        "আ",
        "কা",
        "শ",
    ],
    "en": [
        "ka",
        "lo",
        "mi",
        "ra",
        "ven",
        "tor",
        "sel",
        "din",
        "qua",
        "bri",
        "sto",
        "ne",
        "fal",
        "gar",
        "wen",
        "hol",
    ],
}
# As in a real catalogue: few genres have most of the stories, most have few.
GENRES = [f"genre {number}" for number in range(200)]


def words(rng: random.Random, language: str, count: int) -> list[str]:
    some = SYLLABLES[language]
    made = {"".join(rng.choices(some, k=rng.randrange(2, 5))) for _ in range(3 * count)}
    return sorted(made)[:count]


MAKE = """
CREATE TEMPORARY TABLE word (language text, place int, word text, key text);
CREATE TEMPORARY TABLE made AS
SELECT number, md5(number::text)::uuid AS id, language, random() AS chance,
    'story-' || lpad((number::bigint * 7919 % 10000019)::text, 8, '0') || '-' || language AS slug,
    floor(4000 * power(random(), 2))::int AS first,
    floor(4000 * power(random(), 2))::int AS second,
    floor(4000 * power(random(), 2))::int AS third
FROM generate_series(1, {stories}) AS number,
    LATERAL (SELECT (ARRAY['hi', 'ta', 'bn', 'en'])[1 + number % 4] AS language) l
"""
FILL = """
INSERT INTO stories (id, slug, age_range, region)
SELECT id, slug, (ARRAY['0-3', '4-8', '6-10', '10+', '12+'])[1 + number % 5],
    (ARRAY['pan-indian', 'bengal', 'tamil', 'italian', 'rare'])[1 + floor(4.001 * chance)::int]
FROM made;
INSERT INTO story_translations (story_id, language_code, title, description, content_json)
SELECT id, m.language, concat_ws(' ', a.word, b.word, c.word, 'story'),
    concat_ws(' ', 'A story of', d.word, e.word, f.word, 'and of', c.word), '{}'
FROM made m {words};
INSERT INTO content (id, title, text_content, audio_url, format, genre, template_id, difficulty,
    difficulty_score, duration, model_parameters, session_id, language, story_id)
SELECT slug || ':' || language, 'A story', '', '', 'narrative',
    'genre ' || floor(200 * power(chance, 3))::int, 'story', 'lexical-heavy',
    round(chance::numeric, 2), 90, '{}', 'import', language, id
FROM made;
"""
WORDS = " ".join(
    f"LEFT JOIN word {name} ON {name}.language = m.language AND {name}.place = {place}"
    for name, place in {
        "a": "m.first",
        "b": "m.second",
        "c": "m.third",
        "d": "(m.first + m.second) % 4000",
        "e": "(m.second + m.third) % 4000",
        "f": "(m.first + m.third) % 4000",
    }.items()
)
# As an author's player gives them, beforehand: folded in SQL, they would take most of the time.
KEYS = """
INSERT INTO catalogue_keys (slug, told, keys)
SELECT slug,
    md5(jsonb_build_array(jsonb_build_array(t.language_code, t.title, t.description))::text),
    concat_ws(' ', replace(slug, '-', ' '),
    a.key, b.key, c.key, d.key, e.key, f.key, 'story a uf and')
FROM made m JOIN story_translations t ON t.story_id = m.id {words};
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
FILLED = ["stories", "story_translations", "content"]
FOLDED_IN_SQL = """
SELECT count(*) FROM catalogue_search s LEFT JOIN catalogue_keys k USING (slug)
WHERE k.told IS DISTINCT FROM md5(s.shown->>'told')
"""


@contextmanager
def without_indexes(connection: psycopg.Connection[Any], tables: list[str]) -> Iterator[None]:
    """Make the indexes of tables after their rows."""
    indexes = connection.execute(INDEXES, [tables]).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}".encode())
    yield
    for _, definition in indexes:
        connection.execute(definition.encode())
