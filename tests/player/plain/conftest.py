"""Somebody who listens without a screen: what they type, what they are told."""

from __future__ import annotations

import asyncio
import io
import json
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

import pytest_asyncio

from player.plain import Answers, JsonTeller, PlainPlayer, Teller

if TYPE_CHECKING:
    from tests.player.conftest import Sofa


class Listener:
    """A plain player on a sofa, with a terminal or a pipe to type into."""

    def __init__(
        self, sofa: Sofa, stream: TextIO, hand: int, *, as_json: bool, talks: bool
    ) -> None:
        self.sofa = sofa
        self._hand = hand
        self._out = io.StringIO()
        self._seen = 0
        teller = JsonTeller(self._out) if as_json else Teller(self._out, talks=talks)
        answers = Answers([], stream, are_given=False)
        self.player = PlainPlayer(sofa.controller, teller, answers, sofa.clock, stays=talks)
        self.playing: asyncio.Task[int] | None = None

    async def begin(self, **how: Any) -> None:
        """Open the story and wait until it sounds."""
        self.player.listen()
        await self.sofa.controller.open("well", **how)
        self.playing = asyncio.create_task(self.player.play())
        await self.sofa.pass_time(0.2)

    def type(self, *lines: str) -> None:
        for line in lines:
            os.write(self._hand, f"{line}\n".encode())

    def type_end(self) -> None:
        """Type ctrl+d, or close the pipe."""
        if os.isatty(self._hand):
            os.write(self._hand, b"\x04")
        else:
            self.hang_up()

    def hang_up(self) -> None:
        """Let go of the terminal or of the pipe."""
        if self._hand >= 0:
            os.close(self._hand)
            self._hand = -1

    async def types(self, line: str, said: str) -> str:
        """Type a line and wait for what is said to it."""
        self.type(line)
        return await self.hears(said)

    async def hears(self, said: str) -> str:
        """Wait until this is told; return all that was told since the last wait."""
        async with asyncio.timeout(60):
            while said not in self.news:
                await asyncio.to_thread(lambda: None)
        news, self._seen = self.news, len(self._out.getvalue())
        return news

    async def hears_while(self, said: str) -> str:
        """Let time pass until this is told; what was typed may take its time to be read."""
        async with asyncio.timeout(60):
            while said not in self.news:
                await self.sofa.pass_time(0.2)
                await asyncio.to_thread(lambda: None)
        return await self.hears(said)

    @property
    def news(self) -> str:
        return self._out.getvalue()[self._seen :]

    @property
    def told(self) -> str:
        return self._out.getvalue()

    def objects(self, event: str) -> list[dict[str, Any]]:
        told = [json.loads(line) for line in self.told.splitlines()]
        return [thing for thing in told if thing["event"] == event]

    async def left(self) -> int:
        """Return the exit code, once the player leaves."""
        assert self.playing
        return await asyncio.wait_for(self.playing, 60)


NewListener: TypeAlias = Callable[..., Awaitable[Listener]]


@pytest_asyncio.fixture
async def new_listener(sofa: Sofa) -> AsyncIterator[NewListener]:
    """Sit down at a terminal, or (with `piped`) at the other end of a pipe."""
    ends: list[tuple[TextIO, Listener]] = []

    async def sit(
        *, as_json: bool = False, piped: bool = False, begin: bool = True, on: Sofa = sofa
    ) -> Listener:
        if piped:
            there, hand = os.pipe()
        else:
            hand, there = os.openpty()
        stream = os.fdopen(there, encoding="utf-8")
        talks = not piped and not as_json
        listener = Listener(on, stream, hand, as_json=as_json, talks=talks)
        ends.append((stream, listener))
        if begin:
            await listener.begin()
        return listener

    yield sit
    for stream, listener in ends:
        if listener.playing and not listener.playing.done():
            listener.player.stop()
            await listener.playing
        listener.hang_up()
        for thread in [t for t in threading.enumerate() if t.name == "answers"]:
            await asyncio.to_thread(thread.join, 10)
        stream.close()


@pytest_asyncio.fixture
async def listener(new_listener: NewListener) -> Listener:
    return await new_listener()
