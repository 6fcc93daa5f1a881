"""The story as a value: nodes, choices, clips; frozen, with no opinion on how it is heard."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final
from uuid import UUID

NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "kahani.story")
"""Root of every catalogue id: uuid5(NAMESPACE, "slug/node/KEY"), the same on every machine."""

EDGE_KEY: Final = "next"
"""The choice key of an edge that is followed without being shown."""

PLACEMENT: Final = "placement-"
"""What the slug of a placement begins with."""


def catalogue_id(*path: str) -> UUID:
    """Return the id of the catalogue row at `path`, e.g. ("clever-crow", "intro", "A")."""
    return uuid.uuid5(NAMESPACE, "/".join(path))


class NodeType(StrEnum):
    """What a node is, by the names of story_nodes.node_type."""

    NARRATION = "narration"
    DIALOGUE = "dialogue"
    CHOICE = "choice"
    END = "end"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text and of sound: characters [start, end) heard from start_ms to end_ms."""

    start: int
    end: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Timings:
    """When each sentence and word of a clip is heard; offsets count characters of the NFC text."""

    sentences: tuple[Span, ...] = ()
    words: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """The audio file of one variant (language, mix, speaker) of a node.

    `checksum` is the SHA-256 of the file in lower-case hex, `size` its bytes; `path` is relative
    to a story shelf, e.g. "clever-crow/audio/hi/0.00/meera/intro.mp3"; `url` is audio_files.r2_url.
    """

    id: UUID
    language: str
    mix: float
    speaker: str
    checksum: str
    size: int
    duration_ms: int
    url: str
    path: str
    timings: Timings = Timings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An edge of the graph; `key` "next" is followed silently, any other is shown to the listener.

    `text` maps a language, or language@mix, to words. `correct` is None where the choice is no
    check. `next_id` None means that the story stops here.
    """

    id: UUID
    key: str
    text: Mapping[str, str] = field(default_factory=dict)
    next_id: UUID | None = None
    is_default: bool = False
    correct: bool | None = None
    sets: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()

    @property
    def is_shown(self) -> bool:
        """Whether the listener is asked."""
        return self.key != EDGE_KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One story segment. `key` is the author's name for it; `character` is a character's slug.

    `say` maps the same keys as `text` to the words a voice is given where they differ from those
    shown. `difficulty_score` is 0 to 1, None where the node is as hard as its edition.
    """

    id: UUID
    key: str
    type: NodeType
    text: Mapping[str, str]
    character: str | None = None
    choices: tuple[Choice, ...] = ()
    clips: tuple[Clip, ...] = ()
    sets: frozenset[str] = frozenset()
    was: str | None = None
    say: Mapping[str, str] = field(default_factory=dict)
    difficulty_score: float | None = None

    @property
    def is_end(self) -> bool:
        """Whether the story ends here."""
        return self.type is NodeType.END


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """Somebody who speaks, with the voice that speaks for them."""

    id: UUID
    slug: str
    name: str
    voice_profile: str
    speaker: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A story in one language: its title and what the library says of it."""

    language: str
    title: str
    description: str = ""
    format: str = "narrative"
    genre: str | None = None
    topic: str | None = None
    difficulty: str = "lexical-heavy"
    difficulty_score: float | None = None
    locale: str | None = None


@dataclass(frozen=True, kw_only=True)
class Story:
    """A whole story graph. A linear episode is a story of one node, with `is_linear` set.

    `nodes` is in the author's order and keyed by node id. `content_hash` is the SHA-256 (hex) of
    the canonical story, see `player.story.loading`.
    """

    id: UUID
    slug: str
    age_range: str
    region: str
    source_language: str
    start_id: UUID
    nodes: Mapping[UUID, Node]
    editions: Mapping[str, Edition]
    characters: Mapping[str, Character] = field(default_factory=dict)
    moral: str | None = None
    cover: str | None = None
    content_hash: str = ""
    is_linear: bool = False
    credits: str | None = None
    series_id: str | None = None
    episode_number: int | None = None

    @property
    def is_placement(self) -> bool:
        """Whether its answers find out where a listener of its language stands."""
        return self.slug.startswith(PLACEMENT)

    @cached_property
    def ids_by_key(self) -> Mapping[str, UUID]:
        """Node ids by the author's node names."""
        return {node.key: node.id for node in self.nodes.values()}

    def edition(self, language: str) -> Edition:
        """Return the edition in `language`, else the first one."""
        return self.editions.get(language) or next(iter(self.editions.values()))
