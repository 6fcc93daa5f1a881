"""The library goes on in the catalogue that everybody shares."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from player.events import SyncChanged
from player.tui.filters import Choice, Chosen, Filter
from player.tui.further import ELSEWHERE, further
from player.tui.screens import further as screen
from player.tui.screens.further import MOST_IN_VAIN
from player.tui.services import Further, Shelved

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.player.tui.conftest import Visit

MORE = Shelved(slug="far-away", title="La gru", languages=("it",), is_downloaded=False)


async def test_stories_that_are_not_here_follow_those_that_are(
    visit: Visit, new_stage: Callable[..., Any]
) -> None:
    stage = new_stage(further=(MORE,))
    async with visit((80, 40), stage=stage) as visitor:
        await visitor.until_sees("La gru")
        assert "online" in visitor.sees
        assert stage.looked_for[0] == Further()


async def test_a_search_is_looked_for_there_too(
    visit: Visit, new_stage: Callable[..., Any]
) -> None:
    stage = new_stage()
    async with visit((80, 40), stage=stage) as visitor:
        await visitor.until(lambda: bool(stage.looked_for))
        stage.further = (MORE,)
        await visitor.press("slash", *"gru")
        await visitor.until_sees("La gru")
        await visitor.until(lambda: stage.looked_for[-1].query == "gru")


async def test_when_the_network_is_back_it_is_looked_again(
    visit: Visit, new_stage: Callable[..., Any]
) -> None:
    stage = new_stage()
    async with visit((80, 40), stage=stage) as visitor:
        await visitor.until(lambda: bool(stage.looked_for))
        stage.further = (MORE,)
        visitor.app.tell(SyncChanged(0, "all sent"))
        await visitor.until_sees("La gru")


async def test_what_was_asked_is_waited_for_wherever_one_looks_meanwhile(
    visit: Visit, new_stage: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "REST_SECONDS", 0.0)
    stage = new_stage(further=(MORE,))
    answer_at_once, is_answered = stage.look_further, asyncio.Event()

    async def answer_late(wanted: Further) -> bool:
        is_more: bool = await answer_at_once(wanted)
        await is_answered.wait()
        return is_more

    monkeypatch.setattr(stage, "look_further", answer_late)
    async with visit((80, 40), stage=stage) as visitor:
        await visitor.until(lambda: bool(stage.looked_for))
        for key in ("down", "down", "up"):
            await visitor.press(key)
            await visitor.pilot.pause(0.01)
        assert len(stage.looked_for) == 1
        is_answered.set()
        await visitor.until_sees("La gru")


async def test_where_the_filters_leave_nothing_of_what_comes_it_is_given_up(
    visit: Visit, new_stage: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "REST_SECONDS", 0.0)
    stage = new_stage()
    searched: list[Further] = []

    async def answer_for_ever(wanted: Further) -> bool:
        if wanted.query != "gru":
            return False
        searched.append(wanted)
        stage.stories = (*stage.stories, Shelved(slug=f"far-{len(searched)}", title="Lontano"))
        return True

    monkeypatch.setattr(stage, "look_further", answer_for_ever)
    async with visit((80, 40), stage=stage) as visitor:
        await visitor.press("slash", *"gru")
        await visitor.until(lambda: len(searched) >= MOST_IN_VAIN)
        await visitor.pilot.pause(0.1)
        assert len(searched) == MOST_IN_VAIN


@pytest.mark.parametrize(
    ("name", "value"),
    [(Filter.YOURS, "liked"), (Filter.YOURS, "in progress"), (Filter.SOUND, "downloaded")],
)
def test_what_can_only_be_here_is_not_looked_for_elsewhere(name: Filter, value: str) -> None:
    assert further("crow", Chosen((Choice(name, value),))) is None
    either = Chosen((Choice(name, value), Choice(name, ELSEWHERE[name])))
    assert further("crow", either) == Further(query="crow")


def test_filters_are_told_as_stories_name_them() -> None:
    chosen = Chosen(
        (
            Choice(Filter.LANGUAGE, "Hindi"),
            Choice(Filter.FORMAT, "lesson"),
            Choice(Filter.DIFFICULTY, "many new words"),
            Choice(Filter.AGES, "4-8"),
            Choice(Filter.YOURS, "new"),
        )
    )
    assert further(" crow ", chosen) == Further(
        query="crow",
        language="hi",
        format="educational",
        difficulty="lexical-heavy",
        age_range="4-8",
    )


def test_of_several_values_none_is_told() -> None:
    chosen = Chosen((Choice(Filter.GENRE, "fable"), Choice(Filter.GENRE, "myth")))
    assert further("", chosen) == Further()
