"""You: what is believed of each language, what was heard, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from db.store import Store
from player.audio.output import PlaybackState
from player.cli.you import Portraying
from player.errors import MissingPartError
from player.events import SyncChanged
from player.library.catalogue import to_record
from player.tui import glyphs as signs
from player.tui.screens.library import LibraryScreen
from player.tui.screens.listening import ListeningScreen
from player.tui.screens.you import YouScreen
from tests.player.tui import portraits

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit, Visitor
    from tests.player.tui.stage import Stage

LARGE = (120, 40)
NUMBERS = (
    "4 h 12 min in all",
    "16 min in the last 7 days",
    "12 begun, 7 finished",
    "9 of 21 found",
    "3 liked, 1 favorite",
    "4 bookmarks",
    "English in your Hindi, % by week",
)
TAMIL = (
    "தாத்தாவின்",
    "You pinned this level for Tamil.",
    "let kahani choose again",
    "find my level in Tamil",
)


async def look(visitor: Visitor, for_words: str = "lines in 10") -> None:
    """Go from the library to You."""
    await visitor.until_sees("Market Day")
    await visitor.press("f5")
    await visitor.until_sees(for_words)


@pytest.fixture
def real_store(tmp_path: Path, theatre: Any) -> Iterator[Store]:
    """A store with the story of the lamp in it."""
    store = Store.open(tmp_path / "kahani.sqlite")
    store.import_story(to_record(theatre.lamp()))
    yield store
    store.close()


async def test_what_was_heard_just_now_is_believed_and_can_be_kept(
    visit: Visit, new_stage: Callable[..., Stage], real_store: Store
) -> None:
    stage = new_stage(memory=real_store, adapts=True)
    stage.portray = lambda: Portraying(real_store, now=stage.now).you("intermediate")
    async with visit(LARGE, stage=stage) as visitor:
        await visitor.open()
        await visitor.press("f5")
        await visitor.until_sees("Passages  0 heard")
        assert "by week" not in visitor.sees
        await visitor.press("f5")
        await visitor.hear(5)
        await visitor.hear_out(then="> 1")
        await visitor.press("f5")
        await visitor.until_sees("We are still getting to know your Hindi (1 passage so far)")
        assert "that moved it up last" in visitor.sees
        assert "kahani chooses the mix." in visitor.sees
        await visitor.press("p")
        await visitor.until_sees("You pinned this level for Hindi.")
        await visitor.press("c")
        await visitor.until_sees("kahani chooses the mix.")


async def test_the_sound_is_held_and_goes_on_where_one_was(visit: Visit) -> None:
    async with visit(portray=portraits.listener) as visitor:
        await visitor.open()
        await visitor.hear(2)
        found = []
        for keys in (("f5",), ("escape",), ("f5", "f2"), ("f5", "f3")):
            await visitor.press(*keys)
            found.append((type(visitor.app.screen), visitor.state))
        assert found == [
            (YouScreen, PlaybackState.PAUSED),
            (ListeningScreen, PlaybackState.PLAYING),
            (LibraryScreen, PlaybackState.PAUSED),
            (ListeningScreen, PlaybackState.PLAYING),
        ]
        views = [getattr(record, "event_data", {}) for record in visitor.stage.memory.records]
        assert views.count({"screen": "you"}) == 3


async def test_each_language_is_told_by_itself_beside_the_numbers(visit: Visit) -> None:
    async with visit(LARGE, portray=portraits.listener) as visitor:
        await look(visitor)
        for words in NUMBERS:
            assert words in visitor.sees
        assert "Minutes listened, by week" in visitor.sees
        assert "find my level" not in visitor.sees
        await visitor.press("right")
        assert "[Tamil]" in visitor.sees
        for words in TAMIL:
            assert words in visitor.sees
        assert "keep this level" not in visitor.sees
        assert visitor.stage.tell
        visitor.stage.tell(SyncChanged(3, "offline, 3 to send"))
        await visitor.until_sees("Offline: what you heard elsewhere")
        visitor.stage.tell(SyncChanged(0, "synced"))
        await visitor.until(lambda: "Offline" not in visitor.sees)
        await visitor.press("tab")
        assert "[Hindi]" in visitor.sees
        await visitor.press("left", "l")
        await visitor.until_sees("there is no story 'placement-ta'")


async def test_nothing_heard_and_nothing_to_be_read_are_said_with_a_way_on(
    visit: Visit, new_stage: Callable[..., Stage]
) -> None:
    stage = new_stage()
    async with visit(stage=stage) as visitor:
        await look(visitor, "Nothing was heard yet.")
        assert "f2 leads to the stories" in visitor.sees
        stage.portrait_failure = MissingPartError("The store is damaged. kahani doctor tells.")
        await visitor.press("f2", "f5")
        await visitor.until_sees("The store is damaged. kahani doctor tells.")
        assert "r tries once more" in visitor.sees
        stage.portrait_failure, stage.portray = None, portraits.listener
        await visitor.press("r")
        await visitor.until_sees("[Hindi]")


async def test_at_the_least_size_and_without_utf_8_it_scrolls_and_is_drawn_in_ascii(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs.glyphs.cache_clear()
    monkeypatch.setattr("sys.__stderr__", TextIOWrapper(BytesIO(), encoding="ascii"))
    try:
        async with visit((40, 12), portray=portraits.listener) as visitor:
            await look(visitor, "[Hindi]")
            seen = "".join(row[:38] for row in visitor.sees.splitlines())
            assert seen.isascii()
            assert "::" in seen
            assert "***" in seen
            await visitor.press("end")
            assert "about 55 %" in visitor.sees
            await visitor.press("home")
            assert "[Hindi]" in visitor.sees
    finally:
        signs.glyphs.cache_clear()
