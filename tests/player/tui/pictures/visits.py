"""What a visitor does before the picture is taken, and how large the screen is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from player.events import SyncChanged

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visitor

SMALL, MIDDLE, LARGE = (80, 24), (100, 30), (120, 40)
Act: TypeAlias = Callable[["Visitor"], Awaitable[None]]
Picture: TypeAlias = Callable[..., bool]


async def look(visitor: Visitor) -> None:
    """Wait for the stories."""
    await visitor.until_sees("Market Day")


async def listen(visitor: Visitor) -> None:
    """Hear the first passage half."""
    await visitor.open()
    await visitor.hear(5)


async def be_asked(visitor: Visitor) -> None:
    """Hear until the choice is offered and it is the listener's turn."""
    await visitor.open()
    await visitor.hear_out(then="> 1")
    await visitor.hear_out(then="? your turn")


async def reach_the_end(visitor: Visitor) -> None:
    """Take the first choice and hear the ending."""
    await be_asked(visitor)
    await visitor.press("1")
    await visitor.until_sees("You chose")
    await visitor.hear_out(then="The end.")


async def hold_the_mix(visitor: Visitor) -> None:
    """Hold the mix by the fader, and ask why it is so."""
    await listen(visitor)
    await visitor.press("X")
    await visitor.hear(4)
    await visitor.until_sees("Now in Hindi.")  # the dialog clears what was told until then
    await visitor.press("i")


async def find(visitor: Visitor) -> None:
    """Search for the crow."""
    await look(visitor)
    await visitor.press("slash", *"crow")


async def find_nothing(visitor: Visitor) -> None:
    """Search for what is in no story."""
    await look(visitor)
    await visitor.press("slash", *"zebra")


async def choose_filters(visitor: Visitor) -> None:
    """Choose what is in progress, with the filters still open."""
    await look(visitor)
    await visitor.press("F", "space", "tab", "down")


async def filter_stories(visitor: Visitor) -> None:
    """Choose two filters and go back to the stories."""
    await look(visitor)
    await visitor.press("F", "down", "space", "tab", "space", "down", "space", "escape")


async def be_paused(visitor: Visitor) -> None:
    """Hold the sound, with a translation shown."""
    await listen(visitor)
    await visitor.press("space", "t")


async def hear_no_audio(visitor: Visitor) -> None:
    """Come to a passage that has no clip."""
    await be_asked(visitor)
    await visitor.press("2")
    await visitor.until_sees("You chose")
    await visitor.hear(1)


async def ask_for_help(visitor: Visitor) -> None:
    """Open help above the story."""
    await listen(visitor)
    await visitor.press("question_mark")


async def be_offline(visitor: Visitor) -> None:
    """Hear on while PostgreSQL cannot be reached."""
    await listen(visitor)
    assert visitor.stage.tell
    visitor.stage.tell(SyncChanged(3, "offline, 3 to send"))
    await visitor.until_sees("offline")


async def plan(visitor: Visitor) -> None:
    """Wish for more English while the first line sounds."""
    await visitor.open()
    await visitor.hear(1)
    await visitor.press("x")
    visitor.app.clear_notifications()


async def mark_two_lines(visitor: Visitor) -> None:
    """Set two bookmarks, one in a passage further on, and look at the list."""
    await listen(visitor)
    await visitor.press("b", *"ask Dadi what this means", "enter")
    await visitor.hear_out(then="> 1")
    await visitor.press("b", "enter")
    visitor.app.clear_notifications()
    await visitor.press("B")
    await visitor.until_sees("In this story")


def listening_with(*keys: str) -> Act:
    """Hear the first passage half, then press keys."""

    async def press(visitor: Visitor) -> None:
        await listen(visitor)
        await visitor.press(*keys)

    return press


async def ask_for_settings(visitor: Visitor) -> None:
    """Open the settings above the library, and look at the speed."""
    await look(visitor)
    await visitor.press("o", "down")
    await visitor.until_sees("Speed")


async def ask_for_keys(visitor: Visitor) -> None:
    """Open the page of keys."""
    await ask_for_settings(visitor)
    await visitor.press("end", "enter")
    await visitor.until_sees("Settings: keys")


async def want_a_key_that_is_taken(visitor: Visitor) -> None:
    """Press a key for help that the search has."""
    await ask_for_keys(visitor)
    for _ in range(5):
        await visitor.press("down")
    await visitor.press("enter", "slash")
    await visitor.until_sees("! Not bound")


def waiting_for(words: str) -> Act:
    """Wait for what is said in the place of stories."""

    async def wait(visitor: Visitor) -> None:
        await visitor.until_sees(words)

    return wait
