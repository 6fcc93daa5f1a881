"""Listeners who walk through random stories, on a link that is simulated or real."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

from player.audio.clock import Clock
from player.audio.prefetch import Candidate
from player.playback.fetching import Fetcher
from player.playback.prefetching import ClipSource, Prefetcher
from player.story.foreseeing import foresee
from player.story.graph import (
    EDGE_KEY,
    Choice,
    Clip,
    Edition,
    Node,
    NodeType,
    Story,
    catalogue_id,
)
from player.story.passages import read_passage
from player.story.state import StoryState, Visit
from player.story.walking import Variant, clip_for
from tests.benchmarks.oracle import fetch_in_order

BYTES_PER_MS: Final = 8
TO_BEGIN_MS: Final = 600
"""libVLC takes in so much of a growing clip before it is heard."""
LOOK_S: Final = 0.005
HEARD_IN: Final = Variant(0.0, "en")


@dataclass(frozen=True)
class Tale:
    """A story, and how often its listeners take each choice."""

    story: Story
    weights: Mapping[UUID, float]


def tale(
    dice: Random, *, nodes: int = 36, shortest_s: float = 5.4, longest_s: float = 14.0
) -> Tale:
    """Return a story as those that come with the program are: a choice at every third node.

    Ways lead on, by up to five nodes, so that they part and meet again.
    """
    slug = f"tale-{dice.randrange(10**9)}"
    ids = [catalogue_id(slug, str(place)) for place in range(nodes)]
    weights: dict[UUID, float] = {}
    made = []
    for place, id_ in enumerate(ids):
        count = min(nodes - 1 - place, dice.choice([1, 1, 1, 1, 1, 2, 3, 3]))
        targets = dice.sample(range(place + 1, min(nodes, place + 6)), count)
        keys = [EDGE_KEY] if count == 1 else list("ABC")[:count]
        choices = tuple(
            Choice(id=catalogue_id(slug, str(place), key), key=key, next_id=ids[target])
            for key, target in zip(keys, targets, strict=True)
        )
        weights |= {choice.id: dice.gammavariate(0.8, 1) + 0.05 for choice in choices}
        kind = NodeType.NARRATION if count == 1 else NodeType.CHOICE if count else NodeType.END
        clip = _clip(slug, str(place), dice.uniform(shortest_s, longest_s))
        made.append(Node(id=id_, key=str(place), type=kind, text={"en": "Words."}, choices=choices,
                         clips=(clip,)))  # fmt: skip
    story = Story(
        id=catalogue_id(slug), slug=slug, age_range="4-8", region="pan-indian",
        source_language="en", start_id=ids[0], nodes={node.id: node for node in made},
        editions={"en": Edition(language="en", title=slug)},
    )  # fmt: skip
    return Tale(story, weights)


def _clip(slug: str, key: str, seconds: float) -> Clip:
    length_ms = round(seconds * 1000)
    return Clip(
        id=catalogue_id(slug, key, "audio"), language="en", mix=0.0, speaker="meera",
        checksum=hashlib.sha256(f"{slug}{key}".encode()).hexdigest(),
        size=length_ms * BYTES_PER_MS, duration_ms=length_ms,
        url=f"https://clips.example/{slug}/{key}", path=f"{slug}/{key}.mp3",
    )  # fmt: skip


@dataclass(frozen=True)
class Persona:
    """How long somebody stays with a clip of so many seconds; `is_asked` at a choice."""

    name: str
    stays_s: Callable[[Random, float, bool], float]


PATIENT = Persona("patient", lambda dice, clip_s, is_asked: (
    clip_s + (dice.lognormvariate(1.0, 0.5) if is_asked else 0.0)
))  # fmt: skip
QUICK = Persona("quick", lambda dice, clip_s, is_asked: (
    clip_s * (dice.uniform(0.5, 1.0) if is_asked else 1.0)
))  # fmt: skip
SKIPPING = Persona("skipping", lambda dice, clip_s, _: dice.uniform(0.5, min(4.0, clip_s)))


@dataclass
class Walk:
    """What came of a walk: how each node after the first began, and what was put on."""

    waits_s: list[float] = field(default_factory=list)
    whole: int = 0
    began_at_once: int = 0
    heard: dict[str, int] = field(default_factory=dict)


Policy = Callable[[Story, StoryState, Mapping[UUID, int]], Sequence[Candidate]]


def nothing(_: Story, __: StoryState, ___: Mapping[UUID, int]) -> Sequence[Candidate]:
    return ()


def ours(story: Story, state: StoryState, counts: Mapping[UUID, int]) -> Sequence[Candidate]:
    """Return what the program would fetch ahead, as player/playback/looking_ahead.py has it."""
    clips = [(clip_for(f.node, HEARD_IN), f) for f in foresee(story, state, counts)]
    return [Candidate(clip, f.key, f.probability, f.depth) for clip, f in clips if clip]


def depth_one(story: Story, state: StoryState, counts: Mapping[UUID, int]) -> Sequence[Candidate]:
    return [candidate for candidate in ours(story, state, counts) if candidate.depth == 1]


def foretold(_: Story, __: StoryState, ___: Mapping[UUID, int]) -> Sequence[Candidate]:
    """Return nothing, as the oracle itself fetches what it foresees; see oracle.py."""
    return ()


def taken(dice: Random, told: Tale, node: Node) -> Choice:
    weights = [told.weights[choice.id] for choice in node.choices]
    return dice.choices(node.choices, weights)[0]


def past(dice: Random, told: Tale, walks: int) -> Counter[UUID]:
    """Return how often each choice was taken in so many walks before."""
    counts: Counter[UUID] = Counter()
    for _ in range(walks):
        node = told.story.nodes[told.story.start_id]
        while node.choices:
            choice = taken(dice, told, node)
            counts[choice.id] += 1
            assert choice.next_id is not None
            node = told.story.nodes[choice.next_id]
    return counts


@dataclass
class Stroll:
    """One listener in one story; the loop's time, real or not, is theirs."""

    told: Tale
    persona: Persona
    policy: Policy
    clips: ClipSource
    counts: Mapping[UUID, int] = field(default_factory=dict)

    async def walk(self, dice: Random, clock: Clock) -> Walk:
        """Walk to an ending."""
        story, done = self.told.story, Walk()
        seer = None
        if self.policy is foretold:
            at = lambda: max(0, len(done.heard) - 1)  # noqa: E731 - no clip is heard twice
            seer = asyncio.create_task(fetch_in_order(self._way(dice), self.clips, heard=at))
        ahead = Prefetcher(self.clips, clock, on_share=lambda _: None, on_first=lambda _: None)
        fetcher = Fetcher(self.clips, ahead)
        state = StoryState(slug=story.slug, content_hash="", trail=(Visit(story.start_id),))
        looking: list[asyncio.Task[None]] = []
        while True:
            node = story.nodes[state.node_id]
            clip_s = await self._begin(node, fetcher, clock, done, is_first=not looking)
            candidates = self.policy(story, state, self.counts)
            left_s = partial(_left_s, clock, clock.now() + clip_s)
            looking.append(asyncio.create_task(fetcher.fetch_ahead(candidates, left_s=left_s)))
            await asyncio.sleep(self.persona.stays_s(dice, clip_s, len(node.choices) > 1))
            if not node.choices:
                break
            choice = taken(dice, self.told, node)
            assert choice.next_id is not None
            state = state.taking(choice.id, choice.next_id)
        fetcher.let_go()
        await asyncio.gather(*looking, *([seer] if seer else []))
        return done

    def _way(self, dice: Random) -> list[Clip]:
        """Return the clips of the way that this listener will go, thrown with the same dice."""
        twin = Random()
        twin.setstate(dice.getstate())
        node = self.told.story.nodes[self.told.story.start_id]
        way = [*node.clips]
        while node.choices:
            self.persona.stays_s(twin, node.clips[0].duration_ms / 1000, len(node.choices) > 1)
            choice = taken(twin, self.told, node)
            assert choice.next_id is not None
            node = self.told.story.nodes[choice.next_id]
            way += node.clips
        return way

    async def _begin(
        self, node: Node, fetcher: Fetcher, clock: Clock, done: Walk, *, is_first: bool
    ) -> float:
        """Put a node on and wait until it is heard; return how long it is, in seconds."""
        wished = clock.now()
        passage = read_passage(self.told.story, node, HEARD_IN)
        source = await fetcher.fetch(passage)
        clip = passage.clip
        assert clip is not None
        assert source is not None
        if not isinstance(source, Path):
            enough = min(clip.size, TO_BEGIN_MS * BYTES_PER_MS)
            while source.received < enough:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(LOOK_S)
        wait_s = clock.now() - wished
        done.heard[clip.checksum] = clip.size
        if not is_first:
            done.waits_s.append(wait_s)
            done.whole += isinstance(source, Path)
            done.began_at_once += wait_s <= 2 * LOOK_S
        return clip.duration_ms / 1000


def _left_s(clock: Clock, end: float) -> float:
    return max(0.0, end - clock.now())
