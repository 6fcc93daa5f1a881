"""The catalogue as PostgreSQL has it: a page, a filter, a search, and the story that is opened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar
from uuid import UUID

import psycopg

from db.asking import shares
from db.errors import RemoteError, RemoteUnreachableError, StoreError
from db.importing import Outcome
from db.published import reading
from db.published.searching import Looked, next_rows
from db.records import CatalogueEntry, ContentRecord, StoryRecord
from db.remote import ANSWER_S, Remote, limit
from db.store import Store

if TYPE_CHECKING:
    from psycopg import Connection

T = TypeVar("T")

PAGE: Final = 50

_FILTERS: Final = {
    "ages": "age_range",
    "region": "region",
    "format": "format",
    "genre": "genre",
    "difficulty": "difficulty",
    "language": "language",
}
"""What a row of the catalogue is tagged with, and the filter that asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the catalogue is looked for; None leaves a filter out.

    `shown` is the language of titles. Folded words are looked for in the titles and descriptions
    of all editions: those `inside` anywhere in a word, those at the `beginning` of one.
    `language` is one as in "hi", whatever the mix.
    """

    shown: str | None = None
    inside: tuple[str, ...] = ()
    beginning: tuple[str, ...] = ()
    language: str | None = None
    age_range: str | None = None
    region: str | None = None
    format: str | None = None
    genre: str | None = None
    difficulty: str | None = None


class CataloguePage(NamedTuple):
    """Some rows of the catalogue by slug; `after` asks for the next ones, None: there are none.

    `words` are all titles and descriptions of each, in every language.
    """

    entries: tuple[CatalogueEntry, ...]
    after: str | None
    words: Mapping[str, str]


class Border(Protocol):
    """What comes in passes here: texts are cleaned, ids stay.

    Raises StoreError where a story cannot be told at all.
    """

    def story(self, record: StoryRecord, /) -> StoryRecord:
        """Return the story as it may be kept."""

    def episode(self, record: ContentRecord, /) -> ContentRecord:
        """Return the episode as it may be kept."""


class RemoteCatalogue:
    """Reads the catalogue, from a replica where there is one. May be used from any thread.

    One connection, one question at a time; whoever asks waits, so never on the screen's thread.
    Raises RemoteError and its kinds.
    """

    def __init__(self, address: str, replicas: Sequence[str] = ()) -> None:
        self._places = (*(Remote(replica) for replica in replicas), Remote(address))
        self._last_good = 0  # whoever answered last is asked first
        self._connection: Connection[Any] | None = None
        self._lock = threading.Lock()

    def page(self, wanted: Wanted, after: str | None = None, limit_to: int = PAGE) -> CataloguePage:
        """Return the next `limit_to` stories and episodes behind the slug `after`."""
        return self._ask(lambda connection: page(connection, wanted, after, limit_to))

    def read(self, slug: str) -> StoryRecord | ContentRecord | None:
        """Return a whole story or episode, as it stands there."""
        return self._ask(lambda connection: _read(connection, slug))

    def pull_story(self, slug: str, store: Store, border: Border) -> Outcome | None:
        """Bring a story or an episode into the store; None where there is no such story.

        Nothing is written where the store has the same content. Raises StoreError as well.
        """
        found = self.read(slug)
        if found is None:
            return None
        if self._last_good < len(self._places) - 1 and (store.story(slug) or store.episode(slug)):
            # A replica may be behind: what is here is changed by what the primary has alone.
            try:
                found = self._read_primary(slug) or found
            except RemoteUnreachableError:
                return "unchanged"
        outcome = bring_in(found, store, border)
        if isinstance(found, StoryRecord):
            with suppress(RemoteError):  # the story is here: shares come with the next opening
                self.pull_shares(slug, found.id, store)
        return outcome

    def pull_shares(self, slug: str, story_id: UUID, store: Store) -> None:
        """Keep what share of listeners took each choice of a story."""
        told = self._ask(lambda connection: shares.choice_shares(connection, story_id))
        store.write_later(lambda tx: shares.keep_shares(tx, slug, told))

    @property
    def server(self) -> str:
        """Where the last answer came from: host and database."""
        return self._places[self._last_good].label

    def _read_primary(self, slug: str) -> StoryRecord | ContentRecord | None:
        primary = self._places[-1].connect(autocommit=True, answers_within=ANSWER_S)
        try:
            with primary.transaction():
                limit(primary)
                return _read(primary, slug)
        except psycopg.Error as fault:
            raise self._places[-1].failed("reading", fault) from None
        finally:
            primary.close()

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        with self._lock:
            self._drop()

    def _ask(self, question: Callable[[Connection[Any]], T]) -> T:
        with self._lock:
            is_fresh = self._connection is None
            while True:
                connection = self._open()
                try:
                    with connection.transaction():
                        limit(connection)
                        return question(connection)
                except psycopg.Error as fault:
                    self._drop()
                    if is_fresh or not isinstance(fault, psycopg.OperationalError):
                        raise self._places[self._last_good].failed("reading", fault) from None
                    is_fresh = True  # it may have been idle for too long: once more

    def _open(self) -> Connection[Any]:
        """Return the connection: to where it was last, else to the first that answers."""
        if self._connection is not None and not self._connection.closed:
            return self._connection
        order = sorted(range(len(self._places)), key=lambda i: i != self._last_good)
        trouble: RemoteError | None = None
        for number in order:
            try:
                self._connection = self._places[number].connect(
                    autocommit=True, only_reads=True, answers_within=ANSWER_S
                )
            except RemoteUnreachableError as fault:
                trouble = trouble or fault
            else:
                self._last_good = number
                return self._connection
        assert trouble is not None
        raise trouble

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _read(connection: Connection[Any], slug: str) -> StoryRecord | ContentRecord | None:
    return reading.story_by_slug(connection, slug) or reading.episode(connection, slug)


def page(
    connection: Connection[Any], wanted: Wanted, after: str | None, limit_to: int
) -> CataloguePage:
    """Return a page of the catalogue, asked within a transaction."""
    filters = {tag: getattr(wanted, name) for tag, name in _FILTERS.items()}
    looked = Looked.make(wanted.inside, wanted.beginning, filters)
    rows = next_rows(connection, looked, after or "", limit_to + 1)
    entries = tuple(_entry(slug, shown, wanted.shown) for slug, shown in rows[:limit_to])
    after = entries[-1].slug if len(rows) > limit_to else None
    words = {slug: _words(shown) for slug, shown in rows[:limit_to]}
    return CataloguePage(entries, after, words)


def bring(connection: Connection[Any], name: str, store: Store, border: Border) -> bool:
    """Bring in what a row refers to, by a name of `db.syncing.applying`; whether it is here now.

    A story that is here stays as it is, which may be the listener's own, or being heard: of it
    the edition alone is taken.
    """
    table, _, identity = name.partition("/")
    found: StoryRecord | ContentRecord | None = None
    if table == "stories":
        found = reading.story_by_id(connection, UUID(identity))
    elif table == "content":
        story_id = reading.story_of(connection, identity)
        found = (
            reading.episode(connection, identity)
            if story_id is None
            else reading.story_by_id(connection, story_id)
        )
    if found is None:
        return False
    try:
        if isinstance(found, StoryRecord) and store.story(found.slug) is not None:
            return _complete(border.story(found), identity, store)
        bring_in(found, store, border)
    except StoreError:
        return False
    return True


def _complete(found: StoryRecord, content_id: str, store: Store) -> bool:
    """Take in one edition of a story that is here; whether there is one of this name."""
    edition = tuple(content for content in found.contents if content.id == content_id)
    store.complete_story(
        replace(
            found,
            translations=(),
            characters=(),
            nodes=(),
            choices=(),
            audio_files=(),
            contents=edition,
        )
    )
    return bool(edition)


def bring_in(found: StoryRecord | ContentRecord, store: Store, border: Border) -> Outcome:
    """Write a story or an episode that was read into the store. Raises StoreError."""
    if isinstance(found, StoryRecord):
        return store.import_story(border.story(found))
    return store.import_episode(border.episode(found))


def _entry(slug: str, shown: Mapping[str, Any], language: str | None) -> CatalogueEntry:
    """Make a row: told in `language` where it is, else in the story's first."""
    told = sorted(shown["told"], key=lambda edition: edition[0] != language)
    _, title, description = told[0] if told else ("", slug, None)
    score = shown["difficulty_score"]
    return CatalogueEntry(
        slug,
        title or slug,
        shown["english"] or "",
        description or "",
        tuple(edition[0] for edition in told),
        shown["age_range"],
        shown["region"],
        shown["format"],
        shown["genre"],
        shown["difficulty"],
        None if score is None else float(score),
        shown["duration_sec"],
    )


def _words(shown: Mapping[str, Any]) -> str:
    return "\n".join(text for edition in shown["told"] for text in edition[1:] if text)
