"""Pictures of the page about the listener; `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.player.tui import portraits
from tests.player.tui.pictures.visits import LARGE, SMALL, Picture, look

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visitor


@pytest.mark.parametrize(
    "size", [SMALL, pytest.param(LARGE, marks=pytest.mark.slow)], ids=["small", "large"]
)
def test_you(picture: Picture, size: tuple[int, int]) -> None:
    async def look_at_it(visitor: Visitor) -> None:
        await look(visitor)
        await visitor.press("f5")
        await visitor.until_sees("[Hindi]")

    assert picture(look_at_it, size, portray=portraits.listener, adapts=True)
