"""Pictures of listening in each state; `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.player.tui.pictures.visits import (
    LARGE,
    MIDDLE,
    SMALL,
    Picture,
    ask_for_help,
    be_asked,
    be_offline,
    be_paused,
    hear_no_audio,
    hold_the_mix,
    listen,
    listening_with,
    plan,
    reach_the_end,
)

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visitor


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


def test_a_place_that_cannot_be_saved(picture: Picture) -> None:
    async def fill_the_disk(visitor: Visitor) -> None:
        await listen(visitor)
        visitor.stage.memory.is_full = True
        await visitor.press("f")
        await visitor.until_sees("NOT SAVED")

    assert picture(fill_the_disk)


def test_the_sleep_timer(picture: Picture) -> None:
    assert picture(listening_with("S"))


def test_a_search_in_the_transcript(picture: Picture) -> None:
    assert picture(listening_with("slash", *"diya"))


def test_help(picture: Picture) -> None:
    assert picture(ask_for_help)


@pytest.mark.parametrize(
    "theme", [pytest.param("kahani-monsoon", marks=pytest.mark.slow), "kahani-contrast"]
)
def test_other_colours(picture: Picture, theatre: Any, theme: str) -> None:
    colours = theatre.Settings(theme=theme, reduced_motion=True)
    assert picture(be_asked, LARGE, settings=colours)


def test_by_day(picture: Picture, theatre: Any) -> None:
    day = theatre.Settings(theme="kahani-day", reduced_motion=True)
    assert picture(be_asked, settings=day)
