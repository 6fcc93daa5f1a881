"""A catalogue of a million stories in PostgreSQL: pages, filters and searches, as the program asks.

Run with python -m pytest -s tests/benchmarks/bench_catalogue.py; KAHANI_BENCH_STORIES sets how
many stories there are (1,000,000; making them takes some minutes). Everything goes through
`RemoteCatalogue.page`: its transaction, its limits, its rows as records. The floor of the same
run is a round trip of the same connection with the same begin and commit around it.
"""

from __future__ import annotations

import importlib.util
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.published.catalogue import RemoteCatalogue, Wanted
from db.upgrade import upgrade_remote
from player.roman import romanised, search_key, sought
from tests.benchmarks.many_stories import (
    FILL,
    FILLED,
    FOLDED_IN_SQL,
    GENRES,
    KEYS,
    MAKE,
    STORIES,
    SYLLABLES,
    WORDS,
    without_indexes,
    words,
)

if TYPE_CHECKING:
    from tests.postgres import PostgresServer

pytestmark = pytest.mark.benchmark

ROUNDS = 100
PAGE_MS, FOUND_MS = 5.0, 20.0


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL with as much memory as one that serves a million stories has."""
    spec = importlib.util.spec_from_file_location(
        "postgres", Path(__file__).parents[1] / "postgres.py"
    )
    assert spec
    assert spec.loader
    postgres = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(postgres)
    postgres.SETTINGS["shared_buffers"] = "2GB"
    made: PostgresServer = postgres.PostgresServer()
    made.start()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def address(server: PostgresServer) -> str:
    """A database with that many stories; its catalogue is indexed at the end, as in a restore."""
    made = server.databases.create("stories")
    upgrade_remote(made)
    rng = random.Random(1)
    began = time.monotonic()
    with psycopg.connect(made) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
        connection.execute(MAKE.format(stories=STORIES).encode())
        with connection.cursor().copy("COPY word FROM STDIN") as copy:
            for language in SYLLABLES:
                for place, word in enumerate(words(rng, language, 4000)):
                    copy.write_row((language, place, word, search_key(word)))
        connection.execute("CREATE INDEX ON word (language, place); ANALYZE word; ANALYZE made")
        with without_indexes(connection, FILLED):
            connection.execute("SET session_replication_role = replica")
            connection.execute(FILL.replace("{words}", WORDS).encode())
            connection.execute(KEYS.replace("{words}", WORDS).encode())
            connection.execute("SET session_replication_role = origin")
        connection.execute("ANALYZE stories, story_translations, content, catalogue_keys")
        with without_indexes(connection, ["catalogue_search"]):
            connection.execute("SELECT refresh_catalogue_search()")
        assert connection.execute(FOLDED_IN_SQL).fetchone() == (0,)
    with psycopg.connect(made, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    print(f"\n{STORIES:,} stories were made in {time.monotonic() - began:.0f} s")
    return made


@pytest.fixture
def catalogue(address: str) -> Iterator[RemoteCatalogue]:
    made = RemoteCatalogue(address)
    yield made
    made.close()


def percentile(times: Sequence[float], share: float) -> float:
    return 1000 * sorted(times)[min(int(len(times) * share), len(times) - 1)]


def measured(what: str, asked: Sequence[Callable[[], Any]]) -> float:
    """Ask each, and return the 95th percentile in milliseconds."""
    times, rows = [], 0
    for question in asked:
        began = time.perf_counter()
        rows += len(question().entries)
        times.append(time.perf_counter() - began)
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    print(
        f"{what:<34} p50 {p50:6.2f} ms  p95 {p95:6.2f} ms  "
        f"worst {1000 * max(times):7.2f} ms  {rows / len(times):5.1f} rows"
    )
    return p95


def floor_of(address: str) -> float:
    with psycopg.connect(address, autocommit=True) as connection:
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            with connection.transaction():
                connection.execute("SELECT 1")
            times.append(time.perf_counter() - began)
    return percentile(times, 0.5)


def searches(rng: random.Random) -> Iterator[tuple[str, str]]:
    """What people type, by kind: from a letter to several words."""
    for _ in range(ROUNDS):
        language = rng.choice(list(SYLLABLES))
        some = SYLLABLES[language]
        whole = "".join(rng.choices(some, k=3))
        yield "a word's beginning, 2 syllables", "".join(rng.choices(some, k=2))
        yield "a word's beginning, 1 syllable", rng.choice(some)
        yield "a whole word", whole
        yield "the middle of a word", whole[1:]
        yield "Latin letters for any script", romanised(whole)[:6]
        yield "two words", f"{whole} {rng.choice(some)}"
        yield "what is nowhere", f"{whole}zzq"


def looked_for(text: str, **filters: Any) -> Wanted:
    """What the library asks where this was typed."""
    inside, beginning = sought(text)
    return Wanted(inside=inside, beginning=beginning, **filters)


def test_a_catalogue_of_a_million(address: str, catalogue: RemoteCatalogue) -> None:
    rng = random.Random(2)
    print(f"\nround trip with begin and commit    p50 {floor_of(address):6.2f} ms")
    with psycopg.connect(address) as connection:  # what was asked before is in memory
        connection.execute("SELECT sum(length(shown::text)) FROM catalogue_search")

    def at(wanted: Wanted) -> Callable[[], Any]:
        after = f"story-{rng.randrange(10_000_019):08d}" if rng.random() < 0.7 else None
        return lambda: catalogue.page(wanted, after)

    languages = list(SYLLABLES)
    pages = measured("a page of 50, anywhere", [at(Wanted(shown="hi")) for _ in range(ROUNDS)])
    filters: dict[str, Callable[[], Wanted]] = {
        "one language": lambda: Wanted(language=rng.choice(languages)),
        "a genre, common or rare": lambda: Wanted(genre=rng.choice(GENRES)),
        "the rarest region": lambda: Wanted(region="rare"),
        "language, ages and genre": lambda: Wanted(
            language=rng.choice(languages), age_range="4-8", genre=rng.choice(GENRES)
        ),
        "nothing has it": lambda: Wanted(genre="no such genre"),
    }
    found = [measured(what, [at(make()) for _ in range(ROUNDS)]) for what, make in filters.items()]
    typed: dict[str, list[Callable[[], Any]]] = {}
    for kind, text in searches(rng):
        typed.setdefault(kind, []).append(at(looked_for(text)))
        typed.setdefault(f"{kind}, one genre", []).append(
            at(looked_for(text, genre=rng.choice(GENRES[:20])))
        )
    found += [measured(what, asked) for what, asked in typed.items()]

    print(f"pages p95 {pages:.2f} ms (promised: {PAGE_MS}), worst of the rest {max(found):.2f} ms")
    assert pages < PAGE_MS
