"""A stage for the app: real controller, silence on a clock turned by hand, one small story."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from db.asking.shares import Share
from db.errors import StoreError
from db.records import (
    AnalyticsRecord,
    BehaviorRecord,
    LearnerRecord,
    LikeRecord,
    MarkRecord,
    OtherPlace,
    PlaceRecord,
    ProgressRecord,
    Record,
    UserRecord,
)
from player.audio.clock import HandClock
from player.audio.silent import SilentOutput
from player.cli.suiting import asked_for
from player.controller import PlaybackController
from player.errors import KahaniError, UsageError
from player.events import Event
from player.learner.recommending import for_you
from player.learner.suiting import Listener, Suiting
from player.recording.recorder import Recorder
from player.story.graph import Clip, Node, Story
from player.story.loading import load_story
from player.tui.portrait import You
from player.tui.services import (
    UNSUITED,
    Further,
    Offer,
    Outline,
    Settings,
    Shelved,
    Suited,
    Wanted,
)

R = TypeVar("R")

NOW = datetime(2026, 3, 14, 20, 0, tzinfo=UTC)
CLIP_MS = 12_000
SILENT_NODES = ("lamp-out",)
LANGUAGES = ("hi", "hi-mixed", "ta", "bn")


def lamp(
    spoken: Sequence[str] = LANGUAGES, unwritten: Sequence[str] = (), source: str = "en"
) -> Story:
    """Return the story of the lamp, with a clip for every node but one."""
    story = load_story(Path(__file__).with_name("lamp.yaml").read_bytes(), "lamp.yaml")
    nodes = {n.id: _voiced(n, spoken, unwritten) for n in story.nodes.values()}
    return replace(story, nodes=nodes, source_language=source)


def placement() -> Story:
    """Return a placement of three questions, with a clip for each node."""
    story = load_story(Path(__file__).with_name("placement.yaml").read_bytes(), "placement.yaml")
    nodes = {n.id: _voiced(n, ("hi",), ()) for n in story.nodes.values()}
    return replace(story, nodes=nodes)


def _voiced(node: Node, spoken: Sequence[str], unwritten: Sequence[str]) -> Node:
    text = {key: words for key, words in node.text.items() if key not in unwritten}
    clips = () if node.key in SILENT_NODES else tuple(_clip(node.key, code) for code in spoken)
    return replace(node, text=text, clips=clips)


def _clip(key: str, language: str) -> Clip:
    mix = 0.3 if language == "hi-mixed" else 0.0
    return Clip(
        id=uuid.uuid5(uuid.NAMESPACE_DNS, f"{key}/{language}"),
        language=language,
        mix=mix,
        speaker="meera",
        checksum="0" * 64,
        size=1,
        duration_ms=CLIP_MS,
        url="r2://kahani/clips/0.mp3",
        path=f"lamp/{language}/{key}.mp3",
    )


class Memory:
    """Keeps what is recorded in lists; refuses while `is_full`, has no marks while `is_damaged`."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.is_full = False
        self.is_damaged = False
        self.other: OtherPlace | None = None
        self.shares: Mapping[UUID, Share] = {}

    def append(self, records: Sequence[Record]) -> Future[None]:
        done: Future[None] = Future()
        if self.is_full:
            done.set_exception(StoreError("the disk is full; free some space."))
        else:
            self.records += records
            done.set_result(None)
        return done

    def listener(self) -> UserRecord:
        return UserRecord(id=UUID(int=1), anonymous_id="a", created_at=NOW)

    def place(self, slug: str) -> PlaceRecord | None:
        mine = (r for r in reversed(self.records) if isinstance(r, PlaceRecord) and r.slug == slug)
        return next(mine, None)

    def offer(self, slug: str) -> OtherPlace | None:
        return self.other

    def drop_offer(self, slug: str) -> Future[None]:
        self.other = None
        return self.append([])

    def progress(self, story_id: UUID) -> ProgressRecord | None:
        mine = (r for r in reversed(self.records) if isinstance(r, ProgressRecord))
        return next((record for record in mine if record.story_id == story_id), None)

    def marks(self, slug: str | None = None) -> tuple[MarkRecord, ...]:
        if self.is_damaged:
            raise StoreError("the store is damaged; kahani doctor tells more.")
        found = {record.id: record for record in self.records if isinstance(record, MarkRecord)}
        mine = [mark for mark in found.values() if slug in (None, mark.slug)]
        return tuple(sorted(mine, key=lambda mark: (mark.made_at, mark.id), reverse=True))

    def behaviors(self) -> list[BehaviorRecord]:
        return [record for record in self.records if isinstance(record, BehaviorRecord)]

    def likes(self) -> list[LikeRecord]:
        return [record for record in self.records if isinstance(record, LikeRecord)]

    def held(self) -> list[BehaviorRecord]:
        return self.behaviors()

    def behaviors_elsewhere(self, session_id: str) -> int:
        return sum(record.session_id != session_id for record in self.behaviors())

    def learner(self) -> LearnerRecord | None:
        rows = [record for record in self.records if isinstance(record, LearnerRecord)]
        return rows[-1] if rows else None

    def choice_shares(self, slug: str) -> Mapping[UUID, Share]:
        return self.shares

    def choice_counts(self, story_id: UUID) -> dict[UUID, int]:
        taken = [
            UUID(record.event_data["choice_id"])
            for record in self.records
            if isinstance(record, AnalyticsRecord) and record.event_type == "choice_made"
        ]
        return dict(Counter(taken))

    def reaction(self, content_ids: Sequence[str]) -> str | None:
        like = self._last(LikeRecord)
        return like.reaction_type if like else None

    def _last(self, kind: type[R]) -> R | None:
        return next((r for r in reversed(self.records) if isinstance(r, kind)), None)


class Clips:
    """A clip for everything that should have one."""

    def here(self, clip: Clip) -> Path:
        return Path(clip.path)

    def open(self, clip: Clip, *, is_urgent: bool = True) -> Path:
        return Path(clip.path)


@dataclass
class Stage:
    """The services of the app, in memory; `clock` moves the sound."""

    stories: Sequence[Shelved] = ()
    wanted: Wanted | None = None
    settings: Settings = field(default_factory=Settings)
    notices: Sequence[str] = ()
    language: str = "hi"
    is_slow: bool = False
    failures: list[KahaniError] = field(default_factory=list)
    catalogue_failure: KahaniError | None = None
    portray: Callable[[], You] = You
    portrait_failure: KahaniError | None = None
    save_failure: KahaniError | None = None
    clock: HandClock = field(default_factory=HandClock)
    memory: Memory = field(default_factory=Memory)
    controller: PlaybackController | None = None
    tell: Callable[[Event], None] | None = None
    closed: int = 0
    further: Sequence[Shelved] = ()
    listener: Listener = field(default_factory=Listener)
    looked_for: list[Further] = field(default_factory=list)
    spoken: Sequence[str] = LANGUAGES
    unwritten: Sequence[str] = ()
    source: str = "en"
    today: datetime = NOW
    other_words: Mapping[str, str] = field(default_factory=dict)
    outlines: Mapping[str, Outline] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    offered_for: str | None = None
    download_failure: KahaniError | None = None
    downloads: list[tuple[str, str | None]] = field(default_factory=list)
    adapts: bool = False
    stopped: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    _suited: Suited = UNSUITED
    _suited_for: object = None
    placement: str | None = None
    known: frozenset[str] = frozenset()

    def now(self) -> datetime:
        return self.today

    async def open(self, tell: Callable[[Event], None]) -> PlaybackController:
        if self.is_slow:
            await asyncio.Event().wait()
        if self.failures:
            raise self.failures.pop(0)
        numbers = itertools.count(1)
        self.tell = tell
        self.controller = PlaybackController(
            shelf=self,
            clips=Clips(),
            recorder=Recorder(
                self.memory,
                now=self.now,
                new_id=lambda: UUID(int=next(numbers)),
                device="stage",
                program="kahani",
            ),
            output=SilentOutput(self.clock),
            clock=self.clock,
            language=self.language,
        )
        self.controller.adapting.is_on = self.adapts
        await self.controller.start()
        return self.controller

    async def look_further(self, further: Further) -> bool:
        self.looked_for.append(further)
        more, self.further = self.further, ()
        self.stories = (*self.stories, *more)
        return bool(more)

    async def catalogue(self) -> Sequence[Shelved]:
        if self.catalogue_failure:
            raise self.catalogue_failure
        return self.stories

    async def you(self) -> You:
        if self.portrait_failure:
            raise self.portrait_failure
        return self.portray()

    async def suited(self) -> Suited:
        known = (self.stories, self.settings)
        if known != self._suited_for:
            asked = asked_for(self.settings)
            who = replace(self.listener, level=self.settings.level, asked=asked)
            suiting = Suiting(who)
            self._suited = Suited(suiting, tuple(for_you(suiting, self.stories)))
            self._suited_for = known
        return self._suited

    async def words(self, slugs: Sequence[str]) -> Mapping[str, str]:
        return {slug: self.other_words[slug] for slug in slugs if slug in self.other_words}

    async def outline(self, slug: str) -> Outline:
        return self.outlines.get(slug, Outline())

    async def offer(self, slug: str, language: str | None) -> Offer:
        self.offered_for = language
        return self.offers.get(slug, Offer(slug=slug))

    async def download(self, slug: str, language: str | None) -> None:
        if self.download_failure:
            raise self.download_failure
        self.downloads.append((slug, language))

    async def stop_download(self, slug: str) -> None:
        self.stopped.append(slug)

    async def let_go(self, slug: str) -> None:
        self.gone.append(slug)

    async def placements(self) -> Sequence[str]:
        return (self.placement,) if self.placement else ()

    async def placement_before(self, slug: str, known: Collection[str]) -> str | None:
        self.known = frozenset(known)
        return self.placement

    async def save(self, name: str, value: object) -> None:
        if name in self.settings.held:
            raise UsageError(f"KAHANI_{name.upper()} holds this: unset it to change it here.")
        wish: Any = getattr(Settings(), name) if value is None else value
        sources = {n: words for n, words in self.settings.sources.items() if n != name}
        if value is not None:
            sources[name] = "config.toml" if self.save_failure is None else "until you leave"
        changed: dict[str, Any] = {name: wish, "sources": sources}
        self.settings = replace(self.settings, **changed)
        if self.save_failure:
            raise self.save_failure

    async def close(self) -> None:
        self.closed += 1

    def open_story(self, slug: str) -> Story:
        if slug == self.placement:
            return placement()
        if slug != "lamp":
            raise UsageError(f"there is no story {slug!r}; there is lamp.")
        return lamp(self.spoken, self.unwritten, self.source)


def shelf() -> tuple[Shelved, ...]:
    """Return a small library in four scripts."""
    return (
        Shelved(
            slug="crow",
            title="चालाक कौआ",
            subtitle="The Clever Crow",
            description="गर्मी के दिन एक प्यासे कौए को घड़े में थोड़ा सा पानी मिलता है।",
            languages=("hi", "hi-mixed", "ta", "bn", "en"),
            duration_sec=410,
            age_range="4-8",
            region="pan-indian",
            format="narrative",
            genre="folk tale",
        ),
        Shelved(
            slug="il-forno",
            title="Il forno alle cinque",
            description="Alle cinque del mattino, quando la città dorme, il forno è già caldo.",
            languages=("it", "en"),
            duration_sec=190,
            percentage=100,
            is_completed=True,
            reaction="favorite",
            last_played_at=NOW - timedelta(days=9),
            format="podcast",
        ),
        Shelved(
            slug="fox",
            title="La volpe e la luna",
            description="Una volpe curiosa vuole toccare la luna.",
            languages=("it", "en"),
            duration_sec=340,
            format="narrative",
            is_downloaded=False,
        ),
        Shelved(
            slug="lamp",
            title="தாத்தாவின் விளக்கு",
            subtitle="Grandfather's Lamp",
            description="காற்று வீசும் இரவில் மீனா தாத்தாவின் விளக்கை ஏற்ற வேண்டும்.",
            languages=("ta", "hi", "bn", "en"),
            duration_sec=95,
            percentage=42,
            reaction="like",
            bookmarks=2,
            endings_found=1,
            endings_total=2,
            play_count=3,
            difficulty="lexical-heavy",
            difficulty_score=0.2,
            last_played_at=NOW - timedelta(days=2),
            age_range="6-10",
            region="tamil nadu",
            format="narrative",
        ),
        Shelved(
            slug="market",
            title="হাটের দিন",
            subtitle="Market Day",
            description="হাটে কত কী! রিনা কী কিনবে?",
            languages=("bn", "en"),
            duration_sec=260,
            percentage=12,
            last_played_at=NOW - timedelta(hours=3),
            format="educational",
        ),
    )
