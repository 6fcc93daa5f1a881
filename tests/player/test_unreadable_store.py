"""A store that cannot be read just now: told in a sentence, and what was heard is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from db.errors import StoreLockedError
from db.store import Store
from player.errors import KahaniError
from tests.player.conftest import events_in

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa, Sofa

WORDS = "It is locked by another program"


@contextmanager
def unreadable(store: Store) -> Iterator[None]:
    """Let nothing be read; everything can be written."""

    def fail(_: object) -> None:
        raise StoreLockedError(f"{WORDS}: close it, or wait, and try again.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "read", fail)
        yield


async def test_a_story_that_cannot_be_read_says_so_and_opens_later(
    sofa: Sofa, store: Store
) -> None:
    with unreadable(store), pytest.raises(KahaniError, match=WORDS):
        await sofa.controller.open("well")
    await sofa.begin_to_hear()


async def test_a_bookmark_that_cannot_be_gone_to_says_so(sofa: Sofa, store: Store) -> None:
    await sofa.begin_to_hear()
    mark = await sofa.controller.bookmarks.add()
    with unreadable(store), pytest.raises(KahaniError, match=WORDS):
        await sofa.controller.go_to(mark)
    await sofa.controller.go_to(mark)
    assert sofa.controller.session is not None


async def test_a_level_that_cannot_be_pinned_says_so(sofa: Sofa, store: Store) -> None:
    with unreadable(store), pytest.raises(KahaniError, match=WORDS):
        await sofa.controller.pin("hi")


async def test_what_was_heard_is_kept_where_beliefs_cannot_be_read(
    new_sofa: NewSofa, store: Store
) -> None:
    sofa = await new_sofa()
    await sofa.begin_to_hear()
    await sofa.controller.next_line()
    beliefs = sofa.controller.adapting._recorder.beliefs
    beliefs.is_doubtful = True
    with unreadable(store):
        await sofa.controller.leave()
    assert len(events_in(store.path, "abandon")) == 1
    assert beliefs.is_doubtful
