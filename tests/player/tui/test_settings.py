"""The settings screen: what is changed takes effect at once and is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from textual.command import CommandList
from textual.widgets import Input

from player.errors import KahaniError
from player.preferences import Preferences
from player.tui.fields import fields
from player.tui.screens.asking import Entry
from player.tui.screens.settings import SettingsScreen
from player.tui.widgets.setting_list import SettingList
from player.tui.widgets.transcript import Transcript
from tests.player.tui.palette import take

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit, Visitor

LARGE = (100, 40)


async def look_at(visitor: Visitor, label: str) -> None:
    """Go to the row of a label."""
    lines = [line.label for line in visitor.app.screen.query_one(SettingList).lines if line.id]
    await visitor.press("home", *["down"] * lines.index(label))


def row_of(visitor: Visitor, label: str) -> str:
    rows = visitor.sees.splitlines()
    return next((r for r in rows if re.match(rf"[\s▌│]*{re.escape(label)}\s", r)), "")


async def open_settings(visitor: Visitor) -> None:
    await visitor.until_sees("Market Day")
    await visitor.press("o")
    await visitor.until_sees("Level")


async def open_keys(visitor: Visitor) -> None:
    """Go from the settings to the page of keys."""
    for key in ("end", "enter"):
        await visitor.press(key)
    await visitor.until_sees("Settings: keys")


async def ask_for_a_key(visitor: Visitor) -> None:
    """Wait for the question as well: a key before it would mean something else."""
    await visitor.press("enter")
    await visitor.until_sees("Press the new key")


async def test_speed_and_level_take_effect_at_once_and_are_preferred(visit: Visit) -> None:
    async with visit(LARGE) as visitor:
        await open_settings(visitor)
        await look_at(visitor, "Speed")
        await visitor.press("right", "right")
        assert "< 1.1x >" in row_of(visitor, "Speed")
        assert "config.toml" in row_of(visitor, "Speed")
        await look_at(visitor, "Level")
        await visitor.press("space")
        controller = visitor.app.controller
        assert controller
        assert controller.deck.speed == pytest.approx(1.1)
        assert controller.preferences == Preferences(speed=1.1, level="advanced")


async def test_habits_and_volume_take_effect_at_once(visit: Visit) -> None:
    async with visit(LARGE) as visitor:
        await open_settings(visitor)
        for label in ("Go on by itself", "Pause after a line"):
            await look_at(visitor, label)
            await visitor.press("space")
        await look_at(visitor, "Volume")
        await visitor.press("left")
        controller = visitor.app.controller
        assert controller
        assert (controller.habits.auto_play, controller.habits.pause_after_line) == (False, True)
        assert controller.deck.volume == 95


async def test_the_data_saver_is_kept_and_takes_effect_at_once(visit: Visit) -> None:
    async with visit(LARGE) as visitor:
        await open_settings(visitor)
        await look_at(visitor, "Data saver")
        await visitor.press("space")
        assert "< on >" in row_of(visitor, "Data saver")
        assert "config.toml" in row_of(visitor, "Data saver")
        controller = visitor.app.controller
        assert controller
        assert controller.deck.ahead.saves_data


async def test_a_number_can_be_typed_and_must_be_one(visit: Visit) -> None:
    async with visit(LARGE) as visitor:
        await open_settings(visitor)
        await look_at(visitor, "Speed")
        await visitor.press("enter")
        await visitor.until(lambda: isinstance(visitor.app.focused, Entry))
        await visitor.press("9", "enter")
        await visitor.until_sees("! Speed is a number from 0.5 to 2.")
        await visitor.press("backspace")
        await visitor.press(*"0.85", "enter")
        await visitor.until_sees("0.85x")


async def test_formats_are_ticked_in_the_order_of_liking(visit: Visit) -> None:
    async with visit(LARGE) as visitor:
        await open_settings(visitor)
        await look_at(visitor, "Formats")
        await visitor.press("enter")
        await visitor.until_sees("[ ]")
        await visitor.press("down", "space", "up", "space", "escape")
        await visitor.until_sees("narrative, educational")
        assert visitor.stage.settings.formats == ("narrative", "educational")


async def test_backspace_takes_the_usual_value_again(visit: Visit, theatre: Any) -> None:
    how = theatre.Settings(reduced_motion=True, sources={"reduced_motion": "config.toml"})
    async with visit(LARGE, settings=how) as visitor:
        await open_settings(visitor)
        await look_at(visitor, "Reduced motion")
        assert visitor.app.animation_level == "none"
        await visitor.press("backspace")
        assert "off" in row_of(visitor, "Reduced motion")
        assert "config.toml" not in row_of(visitor, "Reduced motion")


async def test_a_theme_holds_at_once_and_from_the_palette_too(visit: Visit) -> None:
    async with visit(LARGE) as visitor:
        await open_settings(visitor)
        await look_at(visitor, "Theme")
        await visitor.press("right")
        assert visitor.app.theme == visitor.stage.settings.theme == "kahani-day"
        visitor.app.search_themes()
        await take(visitor, "monsoon")
        await visitor.until(lambda: visitor.stage.settings.theme == "kahani-monsoon")
        assert "kahani-monsoon" in row_of(visitor, "Theme")


async def test_what_the_environment_holds_cannot_be_changed_and_says_so(
    visit: Visit, theatre: Any
) -> None:
    held = theatre.Settings(speed=1.5, sources={"speed": "KAHANI_SPEED"}, held=frozenset({"speed"}))
    async with visit(LARGE, settings=held) as visitor:
        await open_settings(visitor)
        await look_at(visitor, "Speed")
        assert "KAHANI_SPEED in the environment holds this: unset it" in visitor.sees
        await visitor.press("right", "enter", "backspace")
        assert visitor.stage.settings.speed == 1.5


async def test_what_cannot_be_kept_holds_for_this_sitting_and_says_so(visit: Visit) -> None:
    failure = KahaniError("config.toml is read-only. What you chose holds until you leave.")
    async with visit(LARGE, save_failure=failure) as visitor:
        await open_settings(visitor)
        await look_at(visitor, "Theme")
        await visitor.press("right")
        assert visitor.app.theme == "kahani-day"
        assert "! config.toml is read-only." in visitor.sees
        assert "until you leave" in row_of(visitor, "Theme")


async def test_a_key_is_bound_anew_and_back(visit: Visit) -> None:
    async with visit(LARGE) as visitor:
        await open_settings(visitor)
        await open_keys(visitor)
        await look_at(visitor, "The keys of this screen")
        await ask_for_a_key(visitor)
        await visitor.press("f1")
        await visitor.until(lambda: "yours" in row_of(visitor, "The keys of this screen"))
        assert visitor.stage.settings.keys == {"app.help": ("f1",)}
        for key in ("escape", "escape", "f1"):
            await visitor.press(key)  # each on the screen to which the one before has led
        assert "Keys of this screen" in visitor.sees
        assert "f1  " in row_of(visitor, "f1")
        await visitor.press("escape", "question_mark")
        assert "Keys of this screen" not in visitor.sees
        assert "f1 help" in visitor.sees.splitlines()[-1]
        await visitor.press("o")
        await visitor.until_sees("Level")
        await open_keys(visitor)
        await look_at(visitor, "The keys of this screen")
        await visitor.press("backspace")
        assert visitor.stage.settings.keys == {}


async def test_a_clash_is_refused_in_a_sentence(visit: Visit) -> None:
    async with visit(LARGE) as visitor:
        await open_settings(visitor)
        await open_keys(visitor)
        await look_at(visitor, "The keys of this screen")
        await ask_for_a_key(visitor)
        await visitor.press("slash")
        await visitor.until_sees("! Not bound: / already is the key of library.search")
        assert visitor.stage.settings.keys == {}


async def test_the_mouse_does_what_keys_do(visit: Visit) -> None:
    async with visit(LARGE) as visitor:
        await open_settings(visitor)
        row = next(n for n, r in enumerate(visitor.sees.splitlines()) if "Speed" in r) - 2
        await visitor.click(SettingList, 8, row)
        assert "< 1.0x >" in row_of(visitor, "Speed")
        await visitor.click(SettingList, 33, row)
        assert "< 1.05x >" in row_of(visitor, "Speed")
        await visitor.click(SettingList, 26, row)
        await visitor.click(SettingList, 26, row)
        assert "< 0.95x >" in row_of(visitor, "Speed")


async def test_the_settings_lie_over_the_story_and_close_with_their_key(visit: Visit) -> None:
    async with visit(LARGE) as visitor:
        await visitor.open()
        await visitor.press("o")
        assert isinstance(visitor.app.screen, SettingsScreen)
        await visitor.press("question_mark")
        assert "The usual value again" in visitor.sees
        await visitor.press("escape", "o")
        assert not isinstance(visitor.app.screen, SettingsScreen)


async def test_the_settings_are_in_the_command_palette(visit: Visit) -> None:
    async with visit() as visitor:
        named = {c.title for c in visitor.app.get_system_commands(visitor.app.screen)}
        assert "Settings" in named


async def test_with_reduced_motion_no_cursor_blinks_anywhere(visit: Visit, theatre: Any) -> None:
    async with visit(LARGE, settings=theatre.Settings()) as visitor:
        await open_settings(visitor)
        await look_at(visitor, "Reduced motion")
        for key in ("space", "escape", "slash"):
            await visitor.press(key)
        assert [box.cursor_blink for box in visitor.app.screen.query(Input)] == [False]
        for key in ("escape", "ctrl+p"):
            await visitor.press(key)
        app = visitor.app
        await visitor.until(lambda: [b.cursor_blink for b in app.screen.query(Input)] == [False])


async def test_without_colours_what_is_highlighted_is_marked_and_underlined(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with visit(LARGE) as visitor:
        await open_settings(visitor)
        found = visitor.app.screen.query_one(SettingList)
        here, other = found.render_line(found.place), found.render_line(found.place + 1)
        assert "▌ Level" in here.text
        assert any(segment.style and segment.style.underline for segment in here)
        assert not any(segment.style and segment.style.underline for segment in other)
        await visitor.press("escape")
        await visitor.open()
        await visitor.hear(1)
        heard = visitor.app.screen.query_one(Transcript)
        rows = [heard.render_line(y) for y in range(heard.size.height)]
        words = [s.text for row in rows for s in row if s.style and s.style.underline]
        assert len(words) == 1


async def test_without_colours_the_command_that_enter_takes_is_underlined(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("ctrl+p")
        await visitor.until_sees("All bookmarks")
        found = visitor.app.screen.query_one(CommandList)
        await visitor.until(lambda: found.highlighted is not None)
        rows = [found.render_line(y) for y in range(found.size.height)]
        lined = [
            row.text.strip() for row in rows if any(s.style and s.style.underline for s in row)
        ]
        assert lined == ["Bookmarks", "All bookmarks, and back to one"]


async def test_an_action_without_a_key_is_left_out_of_the_bottom_row(
    visit: Visit, theatre: Any
) -> None:
    how = theatre.Settings(
        reduced_motion=True, keys={"listening.like": (), "listening.toggle": ("f5",)}
    )
    async with visit((100, 90), settings=how) as visitor:
        await visitor.open()
        bottom = visitor.sees.splitlines()[-1]
        assert bottom.strip().startswith("f5 play/pause")
        assert "like" not in bottom
        await visitor.press("question_mark")
        assert re.search(r"\(no key\) +Like", visitor.sees)


def test_what_is_left_to_the_program_is_called_so() -> None:
    told = {field.name: field.words("auto") for field in fields(()) if "auto" in field.values}
    assert told == {"widths": "by itself", "caption": "by itself"}
