"""Pictures of the settings in each state; `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from player.errors import KahaniError
from player.tui.fields import fields
from tests.player.tui.pictures.visits import (
    LARGE,
    SMALL,
    Picture,
    ask_for_keys,
    ask_for_settings,
    want_a_key_that_is_taken,
)

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visitor


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
