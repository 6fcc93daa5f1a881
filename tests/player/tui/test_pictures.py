"""A picture of each screen in each state; `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from player.errors import KahaniError, MissingPartError
from player.events import SyncChanged
from player.tui.app import make_app
from player.tui.fields import fields
from tests.player.tui import portraits

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visitor
    from tests.player.tui.stage import Stage

SMALL, MIDDLE, LARGE = (80, 24), (100, 30), (120, 40)
Act: TypeAlias = Callable[["Visitor"], Awaitable[None]]
Picture: TypeAlias = Callable[..., bool]


@pytest.fixture
def picture(
    snap_compare: Callable[..., bool],
    new_stage: Callable[..., Stage],
    visitor_of: Callable[..., Visitor],
) -> Picture:
    """Compare the screen after `act` with the picture that was taken of it."""

    def compare(act: Act, size: tuple[int, int] = SMALL, **how: Any) -> bool:
        stage = new_stage(**how)

        async def before(pilot: Any) -> None:
            visitor = visitor_of(pilot, stage)
            await visitor.settle()
            await act(visitor)

        return snap_compare(make_app(stage), terminal_size=size, run_before=before)

    return compare


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


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_the_library(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(look, size)


def test_a_library_that_is_being_opened(picture: Picture) -> None:
    assert picture(waiting_for("Opening"), is_slow=True)


def test_an_empty_library(picture: Picture) -> None:
    assert picture(waiting_for("no stories"), stories=())


def test_a_library_that_cannot_be_opened(picture: Picture) -> None:
    error = MissingPartError("The store is held by another program. Close it and try again.")
    assert picture(waiting_for("another program"), failures=[error])


def test_a_library_that_cannot_be_read(picture: Picture) -> None:
    error = MissingPartError("The store is damaged. kahani doctor tells more.")
    assert picture(waiting_for("damaged"), catalogue_failure=error)


def test_a_search(picture: Picture) -> None:
    assert picture(find)


def test_a_search_that_finds_nothing(picture: Picture) -> None:
    assert picture(find_nothing)


@pytest.mark.parametrize(
    "size", [SMALL, pytest.param(LARGE, marks=pytest.mark.slow)], ids=["small", "large"]
)
def test_filters(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(choose_filters, size)


def test_a_library_that_is_filtered(picture: Picture) -> None:
    assert picture(filter_stories)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("language", ["hi", "ta", "bn"])
def test_listening(picture: Picture, language: str, size: tuple[int, int]) -> None:
    assert picture(listen, size, language=language)


@pytest.mark.parametrize(
    "size",
    [(40, 12), SMALL, pytest.param(LARGE, marks=pytest.mark.slow)],
    ids=["least", "small", "large"],
)
def test_choices(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(be_asked, size)


def test_an_ending(picture: Picture) -> None:
    assert picture(reach_the_end, LARGE)


def test_being_asked_how_it_was(picture: Picture) -> None:
    assert picture(reach_the_end, adapts=True)


def test_why_this_mix(picture: Picture) -> None:
    assert picture(hold_the_mix, adapts=True)


def test_a_pause_with_a_translation(picture: Picture) -> None:
    assert picture(be_paused)


def test_a_passage_without_audio(picture: Picture) -> None:
    assert picture(hear_no_audio)


@pytest.mark.parametrize(
    "size",
    [SMALL, pytest.param(MIDDLE, marks=pytest.mark.slow), LARGE],
    ids=["small", "middle", "large"],
)
def test_every_line_translated(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(listening_with("T"), size)


@pytest.mark.parametrize(
    "language",
    [pytest.param("hi", marks=pytest.mark.slow), "ta", pytest.param("bn", marks=pytest.mark.slow)],
)
def test_lines_in_latin_letters(picture: Picture, language: str) -> None:
    assert picture(listening_with("Z"), language=language)


def test_translated_and_in_latin_letters_by_day(picture: Picture, theatre: Any) -> None:
    day = theatre.Settings(theme="kahani-day", reduced_motion=True)
    assert picture(listening_with("T", "Z"), MIDDLE, language="ta", settings=day)


def test_a_planned_change(picture: Picture) -> None:
    assert picture(plan)


def test_another_sound_than_the_text(picture: Picture) -> None:
    assert picture(listen, language="hi-mixed", spoken=("hi",))


def test_being_offline(picture: Picture) -> None:
    assert picture(be_offline)


@pytest.mark.parametrize(
    "size", [SMALL, pytest.param(LARGE, marks=pytest.mark.slow)], ids=["small", "large"]
)
def test_bookmarks(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(mark_two_lines, size)


def test_bookmarks_that_cannot_be_read(picture: Picture) -> None:
    async def look_at_them(visitor: Visitor) -> None:
        await listen(visitor)
        visitor.stage.memory.is_damaged = True
        await visitor.press("B")
        await visitor.until_sees("cannot be shown")

    assert picture(look_at_them)


def test_a_library_that_is_offline(picture: Picture) -> None:
    async def lose_the_network(visitor: Visitor) -> None:
        await look(visitor)
        await visitor.until(lambda: visitor.stage.tell is not None)
        assert visitor.stage.tell
        visitor.stage.tell(SyncChanged(3, "offline, 3 to send"))
        await visitor.until_sees("offline")

    assert picture(lose_the_network)


def test_a_place_that_cannot_be_saved(picture: Picture) -> None:
    async def fill_the_disk(visitor: Visitor) -> None:
        await listen(visitor)
        visitor.stage.memory.is_full = True
        await visitor.press("f")
        await visitor.until_sees("NOT SAVED")

    assert picture(fill_the_disk)


def test_a_story_that_cannot_be_opened(picture: Picture) -> None:
    async def want_it(visitor: Visitor) -> None:
        await look(visitor)
        await visitor.press("end", "enter")
        await visitor.until_sees("there is no story")

    assert picture(want_it)


def test_no_genres_to_tick(picture: Picture) -> None:
    async def want_one(visitor: Visitor) -> None:
        await visitor.until_sees("no stories")
        await visitor.press("o", *["down"] * [f.label for f in fields(())].index("Genres"), "enter")
        await visitor.until_sees("No story names one.")

    assert picture(want_one, stories=())


def test_a_value_that_cannot_be(picture: Picture) -> None:
    async def type_it(visitor: Visitor) -> None:
        await ask_for_settings(visitor)
        await visitor.press("enter", *"9", "enter")
        await visitor.until_sees("! ")

    assert picture(type_it)


@pytest.mark.parametrize(
    "size", [SMALL, pytest.param(LARGE, marks=pytest.mark.slow)], ids=["small", "large"]
)
def test_you(picture: Picture, size: tuple[int, int]) -> None:
    async def look_at_it(visitor: Visitor) -> None:
        await look(visitor)
        await visitor.press("f5")
        await visitor.until_sees("[Hindi]")

    assert picture(look_at_it, size, portray=portraits.listener, adapts=True)


def test_no_bookmarks(picture: Picture) -> None:
    assert picture(listening_with("B"))


def test_a_note(picture: Picture) -> None:
    assert picture(listening_with("b"))


def test_the_sleep_timer(picture: Picture) -> None:
    assert picture(listening_with("S"))


def test_a_search_in_the_transcript(picture: Picture) -> None:
    assert picture(listening_with("slash", *"diya"))


def test_help(picture: Picture) -> None:
    assert picture(ask_for_help)


@pytest.mark.parametrize(
    "size",
    [(40, 12), SMALL, pytest.param(LARGE, marks=pytest.mark.slow)],
    ids=["least", "small", "large"],
)
def test_settings(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(ask_for_settings, size)


def test_a_setting_that_the_environment_holds(picture: Picture, theatre: Any) -> None:
    sources = {"speed": "KAHANI_SPEED", "theme": "config.toml", "genres": "your preferences"}
    held = theatre.Settings(
        speed=1.5,
        genres=("folk tale",),
        theme="kahani-night",
        reduced_motion=True,
        sources=sources,
        held=frozenset({"speed"}),
    )
    assert picture(ask_for_settings, settings=held)


def test_a_setting_that_cannot_be_kept(picture: Picture) -> None:
    failure = KahaniError("config.toml is read-only. What you chose holds until you leave.")

    async def change(visitor: Visitor) -> None:
        await ask_for_settings(visitor)
        await visitor.press("right")

    assert picture(change, save_failure=failure)


def test_the_page_of_keys(picture: Picture) -> None:
    assert picture(ask_for_keys)


def test_a_key_that_is_taken(picture: Picture) -> None:
    assert picture(want_a_key_that_is_taken)


@pytest.mark.parametrize(
    "theme", [pytest.param("kahani-monsoon", marks=pytest.mark.slow), "kahani-contrast"]
)
def test_other_colours(picture: Picture, theatre: Any, theme: str) -> None:
    colours = theatre.Settings(theme=theme, reduced_motion=True)
    assert picture(be_asked, LARGE, settings=colours)


def test_by_day(picture: Picture, theatre: Any) -> None:
    day = theatre.Settings(theme="kahani-day", reduced_motion=True)
    assert picture(be_asked, settings=day)
