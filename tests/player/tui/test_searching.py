from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from player.tui.finding import AT_ONCE, Finder
from player.tui.services import Shelved

STORIES = (
    Shelved(slug="lamp", title="தாத்தாவின் விளக்கு", subtitle="Grandfather's Lamp"),
    Shelved(slug="well", title="Il pozzo", description="Perche\u0301 un corvo ha sete?"),
    Shelved(slug="crow", title="चालाक कौआ", description="एक प्यासा कौआ"),
    Shelved(slug="market", title="হাটের দিন", subtitle="Market Day"),
)
OTHERS = {"lamp": "दादाजी का दीया", "well": "The thirsty crow at the well"}


async def others(slugs: Sequence[str]) -> Mapping[str, str]:
    return {slug: OTHERS[slug] for slug in slugs if slug in OTHERS}


async def ready(stories: Sequence[Shelved] = STORIES) -> Finder:
    finder = Finder()
    finder.take(stories)
    async for _ in finder.prepare(others):
        pass
    assert finder.is_ready
    return finder


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("விளக்கு", ["lamp"]),
        ("vilakku", ["lamp"]),
        ("दीया", ["lamp"]),
        ("dadaji", ["lamp"]),
        ("kaua", ["crow"]),
        ("कौ", ["crow"]),
        ("হাট", ["market"]),
        ("MARKET day", ["market"]),
        ("perché", ["well"]),
        ("perche", ["well"]),
        ("lamp market", []),
        ("", []),
        ("...", []),
    ],
)
async def test_a_story_is_found_in_any_script_and_language_and_romanised(
    typed: str, slugs: list[str]
) -> None:
    finder = await ready()
    assert [STORIES[n].slug for n in finder.find(typed)] == slugs


async def test_what_is_in_the_title_comes_first() -> None:
    finder = await ready()
    assert [STORIES[n].slug for n in finder.find("crow")] == ["crow", "well"]


async def test_only_what_the_filters_left_is_found() -> None:
    finder = await ready()
    assert finder.find("crow", 0b0010) == [1]
    assert finder.find("crow", 0b1001) == []
    assert finder.find("crow") == [2, 1]


async def test_typing_on_and_taking_back_find_the_same_as_typing_anew() -> None:
    finder = await ready()
    for typed in ("c", "cr", "cro", "crow", "crow w", "crow", "cr", "a cr", "market"):
        assert finder.find(typed) == (await ready()).find(typed)


async def test_keys_are_kept_where_only_the_listener_did_something() -> None:
    finder = await ready()
    assert finder.take((replace(STORIES[0], reaction="love"), *STORIES[1:]))
    assert finder.is_ready
    assert not finder.take((replace(STORIES[0], title="Lampe"), *STORIES[1:]))
    assert finder.known == (0, 0)


async def test_titles_known_so_far_are_found_before_all_is_known() -> None:
    many = [Shelved(slug=f"s{n}", title=f"Story {n}") for n in range(3 * AT_ONCE)]
    finder = Finder()
    finder.take(many)
    assert finder.find("story") == []
    async for _ in finder.prepare(others):
        break
    assert not finder.is_ready
    assert len(finder.find("story")) == AT_ONCE
    assert finder.find("story", 0b10 | 1 << 3 * AT_ONCE - 1) == [1]
    async for _ in finder.prepare(others):
        pass
    assert len(finder.find("story")) == 3 * AT_ONCE


async def test_few_letters_begin_a_word_and_a_single_one_a_word_of_a_title() -> None:
    finder = await ready()
    assert [STORIES[n].slug for n in finder.find("t")] == ["lamp"]
    assert [STORIES[n].slug for n in finder.find("rs")] == []
    assert [STORIES[n].slug for n in finder.find("rst")] == ["well"]
    assert [STORIES[n].slug for n in finder.find("thirsty c")] == ["well"]
