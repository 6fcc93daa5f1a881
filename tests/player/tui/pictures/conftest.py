"""A picture of a screen, compared with the one that was taken of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from player.tui.app import make_app
from tests.player.tui.pictures.visits import SMALL, Act, Picture

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visitor
    from tests.player.tui.stage import Stage


@pytest.fixture(autouse=True)
def at_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Show days as they are there, wherever the pictures are looked at."""
    with monkeypatch.context() as here:
        here.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


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
