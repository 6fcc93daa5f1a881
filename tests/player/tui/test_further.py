"""The library goes on in the catalogue that everybody shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from player.events import SyncChanged
from player.tui.filters import Choice, Chosen, Filter
from player.tui.further import further
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
        assert stage.looked_for[-1].query == "gru"


async def test_when_the_network_is_back_it_is_looked_again(
    visit: Visit, new_stage: Callable[..., Any]
) -> None:
    stage = new_stage()
    async with visit((80, 40), stage=stage) as visitor:
        await visitor.until(lambda: bool(stage.looked_for))
        stage.further = (MORE,)
        visitor.app.tell(SyncChanged(0, "all sent"))
        await visitor.until_sees("La gru")


def test_filters_are_told_as_stories_name_them() -> None:
    chosen = Chosen(
        (
            Choice(Filter.LANGUAGE, "Hindi"),
            Choice(Filter.FORMAT, "lesson"),
            Choice(Filter.DIFFICULTY, "many new words"),
            Choice(Filter.AGES, "4-8"),
            Choice(Filter.YOURS, "liked"),
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
