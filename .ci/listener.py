"""A listener of eight weeks, played through the program itself on a clock turned by hand.

Every event is the controller's own: the clips take their time in silence, the listener replays
lines, looks at translations and answers as somebody would who follows a little more each week.
"""  # noqa: INP001 - a part of the script beside it

from __future__ import annotations

import asyncio
import itertools
import math
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from db.store import Store
from player.audio.clock import HandClock
from player.audio.fetched import FetchedClips
from player.audio.output import PlaybackState
from player.audio.silent import SilentOutput
from player.cli.clips import open_clips
from player.cli.wiring import StoreShelf, open_store
from player.config import Config
from player.controller import PlaybackController
from player.paths import Paths
from player.recording.recorder import Recorder
from player.session import Session
from player.story.graph import Node
from player.story.passages import Option

NOW: Final = datetime(2026, 3, 14, 20, 30, tzinfo=UTC)
WEEKS: Final = 8
TICK_S: Final = 0.5
HELPED, REPLAYED, LATE = 0.8, 0.5, 0.8
"""How often help is taken where a passage was not followed, how often that is hearing a line again,
and after how much of the passage."""

HARD, EASY = 0.5, 0.9
"""The shares of passages followed below and above which a story was too hard, and too easy."""

FIRST, LAST = -0.5, 3.4
"""What the listener follows in the first week and in the last, in logits over Hindi alone."""

EASIER = {0.0: -0.6, 0.3: 0.2, 0.6: 1.1}
"""What English in the mix does to that."""

_ids = itertools.count()


def _uuid7(at: datetime, number: int) -> UUID:
    return UUID(int=round(1000 * at.timestamp()) << 80 | 7 << 76 | 2 << 62 | number)


class Sitting:
    """One evening: a controller of its own, which is told a time of its own."""

    def __init__(
        self, store: Store, clips: FetchedClips, at: datetime, skill: float, seed: int
    ) -> None:
        self.clock, self.skill = HandClock(), skill
        self._chance = random.Random(seed)  # noqa: S311 - nothing secret

        def now() -> datetime:
            return at + timedelta(seconds=self.clock.now())

        recorder = Recorder(
            store,
            now=now,
            new_id=lambda: _uuid7(now(), next(_ids)),
            device="laptop",
            program="kahani",
            sounds=True,
        )
        self.controller = PlaybackController(
            shelf=StoreShelf(store),
            clips=clips,
            recorder=recorder,
            output=SilentOutput(self.clock),
            clock=self.clock,
        )
        self._followed: list[bool] = []

    async def hear(self, slug: str, *, likes: bool = False) -> None:
        """Hear a story from its start to an ending."""
        controller = self.controller
        await controller.start()
        await controller.open(slug, restart=True)
        while not (await self._passage()).is_end:
            if self._is_asked:
                await controller.choose(self._answer(self._session.options()))
        await self._end(likes=likes)
        await controller.close()

    @property
    def _session(self) -> Session:
        assert self.controller.session is not None
        return self.controller.session

    @property
    def _is_asked(self) -> bool:

        is_over = self.controller.deck.state is PlaybackState.FINISHED
        return is_over and bool(self._session.options())

    async def _passage(self) -> Node:
        """Hear the passage that begins, with the help that it takes; return its node."""
        controller = self.controller
        session = self._session
        node, length = session.node, session.passage(session.node).duration_ms
        ease = EASIER.get(round(session.variant.mix, 2), 0.0)
        follows = self._chance.random() < 1 / (1 + math.exp(-(self.skill + ease)))
        self._followed.append(follows)
        needs_help = not follows and self._chance.random() < HELPED
        while self._session.node is node and not self._is_asked:
            await self._tick()
            if needs_help and controller.position_ms() > LATE * length:
                needs_help = False
                if self._chance.random() < REPLAYED:
                    await controller.replay_line()
                elif not session.story.is_placement:
                    await controller.note("translation_shown")
            if node.is_end and session.state.is_finished:
                break
        return node

    async def _tick(self) -> None:

        while self.controller.deck.state is PlaybackState.LOADING:
            self.clock.advance(0)
            await asyncio.sleep(0.001)
        self.clock.advance(TICK_S)
        for _ in range(3):
            await asyncio.sleep(0)
            await self.controller.change_mix(0)  # whatever was begun is done by then

    def _answer(self, options: Sequence[Option]) -> str:
        right = [option.key for option in options if option.correct]
        if not right:
            return self._chance.choice(options).key
        wrong = [option.key for option in options if not option.correct]
        return right[0] if self._followed[-1] else self._chance.choice(wrong)

    async def _end(self, *, likes: bool) -> None:
        controller = self.controller
        if likes:
            await controller.react("love")
        if controller.can_rate:
            share = sum(self._followed) / len(self._followed)
            await controller.rate("hard" if share < HARD else "easy" if share > EASY else "right")


async def listen(paths: Paths) -> None:
    """Let the listener hear stories in the home of `paths` for eight weeks before NOW."""
    store, clips = open_store(paths), open_clips(paths, Config(), lambda _: None)
    first = NOW - timedelta(weeks=WEEKS) + timedelta(days=1)
    evenings = [(day, "clever-crow") for day in range(0, 7 * WEEKS, 3)]
    evenings += [(day, "il-forno-alle-cinque") for day in (20, 34)]
    evenings += [(day, "la-volpe-e-la-luna") for day in (23, 37)]
    try:
        for number, (day, slug) in enumerate([(0, "placement-hi"), *sorted(evenings)]):
            at = first + timedelta(days=day, minutes=7 * number % 50 - 60 * (number == 0))
            skill = FIRST + (LAST - FIRST) * day / (7 * WEEKS)
            sitting = Sitting(store, clips, at, skill, number)
            await sitting.hear(slug, likes=number == len(evenings) - 1)
    finally:
        clips.close()
        store.close()
