"""Leaving while a story is still being brought from far away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from player.errors import MissingPartError
from player.story.graph import Story
from tests.player.conftest import Shelf, events_in

if TYPE_CHECKING:
    from tests.player.conftest import Sofa


class Far:
    """Somebody who is asked for a story and says nothing, before `gives_up` is set."""

    def __init__(self) -> None:
        self.is_asked, self.gives_up = threading.Event(), threading.Event()
        self.slugs: list[str] = []
        self.threads: list[threading.Thread] = []

    def open_story(self, slug: str) -> Story:
        self.slugs.append(slug)
        self.threads.append(threading.current_thread())
        self.is_asked.set()
        self.gives_up.wait()
        raise MissingPartError(f"{slug} cannot be had")


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    """Who is asked for every story but the small one, on a shelf that is made after this."""
    far, here = Far(), Shelf.open_story

    def open_story(shelf: Shelf, slug: str) -> Story:
        return here(shelf, slug) if slug == shelf.story.slug else far.open_story(slug)

    monkeypatch.setattr(Shelf, "open_story", open_story)
    yield far
    far.gives_up.set()
    for thread in far.threads:
        thread.join(60)


async def test_a_story_that_is_being_brought_holds_up_nobody_who_leaves(
    far: Far, sofa: Sofa
) -> None:
    controller = sofa.controller
    await sofa.begin_to_hear()
    opening = asyncio.create_task(controller.open("far"))
    assert await asyncio.to_thread(far.is_asked.wait, 60)
    after = asyncio.create_task(controller.open("farther"))
    try:
        async with asyncio.timeout(30):
            await controller.close()
            await asyncio.wait([opening, after])
    finally:
        far.gives_up.set()
    assert opening.cancelled()
    assert after.cancelled()
    assert far.slugs == ["far"]
    assert len(events_in(sofa.store.path, "abandon")) == 1


async def test_a_story_that_is_being_brought_holds_up_no_end_of_the_program(
    far: Far, sofa: Sofa
) -> None:
    opening = asyncio.create_task(sofa.controller.open("far"))
    assert await asyncio.to_thread(far.is_asked.wait, 60)
    sofa.controller.break_off()
    await asyncio.wait([opening], timeout=60)
    assert opening.cancelled()
    assert [thread.daemon for thread in far.threads] == [True]
