"""What is said without a screen of choices whose clips are still coming, or do not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.events import ChoicesReady

if TYPE_CHECKING:
    from tests.player.plain.conftest import Listener, NewListener

ASKED = "Choose 1 to 2"


async def test_a_choice_that_is_not_here_says_so_when_it_is_asked(listener: Listener) -> None:
    await listener.hears_while(ASKED)
    listener.player.hear(ChoicesReady({"A": 40, "B": None}))
    told = await listener.types("choices", ASKED)
    first, second = [line for line in told.splitlines() if line.startswith(("1. ", "2. "))]
    assert first.endswith("; fetching, 40 percent")
    assert second.endswith("; text only")
    listener.player.hear(ChoicesReady({"A": 100, "B": 100}))
    told = await listener.types("choices", ASKED)
    assert "1. " in told
    assert "fetching" not in told
    assert "text only" not in told


async def test_programs_are_told_which_choices_are_ready(new_listener: NewListener) -> None:
    listener = await new_listener(as_json=True)
    listener.player.hear(ChoicesReady({"A": 40, "B": None}))
    await listener.types("speed 1.2", '"event":"speed"')
    assert listener.objects("choices_ready")[0]["percent"] == {"A": 40, "B": None}
