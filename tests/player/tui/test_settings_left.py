"""The settings are left while a change is being kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from player.tui.screens.settings import SettingsScreen
from player.tui.widgets.setting_list import SettingList

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit


async def test_a_change_takes_effect_though_the_screen_is_closed_at_once(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visit((100, 40)) as visitor:
        app, save = visitor.app, visitor.stage.save
        begun, kept = asyncio.Event(), asyncio.Event()

        async def save_late(name: str, value: object) -> None:
            begun.set()
            await kept.wait()
            await save(name, value)

        monkeypatch.setattr(visitor.stage, "save", save_late)
        before = app.theme
        await visitor.press("o")
        await visitor.until_sees("Level")
        ids = [line.id for line in app.screen.query_one(SettingList).lines if line.id]
        await visitor.press("home", *["down"] * ids.index("theme"))
        await visitor.pilot.press("right")
        await asyncio.wait_for(begun.wait(), 60)
        await visitor.pilot.press("escape")
        await visitor.until(lambda: not isinstance(app.screen, SettingsScreen))
        kept.set()
        await visitor.until(lambda: app.theme != before)
