"""The drawn caption on the listening screen, where images cannot be shown: as dots."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
from PIL import features

from player.tui.captions.caption import Caption
from player.tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit, Visitor


def drawing(visitor: Visitor) -> str:
    """The rows with dots, as they are on the screen."""
    rows = [row for row in visitor.sees.splitlines() if re.search("[\u2801-\u28ff]", row)]
    return "\n".join(rows)


async def draw(visitor: Visitor) -> str:
    """Have the line drawn."""
    await visitor.press("z")
    await visitor.until(lambda: drawing(visitor) != "")
    return drawing(visitor)


@pytest.mark.parametrize(
    "size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)], ids=str
)
async def test_z_draws_the_line_being_heard_and_takes_it_away(
    visit: Visit, size: tuple[int, int]
) -> None:
    async with visit(size) as visitor:
        await visitor.open()
        assert drawing(visitor) == ""
        rows = (await draw(visitor)).splitlines()
        assert 4 <= len(rows) <= 14
        assert "> playing" in visitor.sees
        await visitor.press("z")
        assert drawing(visitor) == ""


async def test_it_follows_the_word_and_the_line(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        seen = {await draw(visitor)}
        for _ in range(4):
            await visitor.hear(1.5)
            seen.add(drawing(visitor))
        assert len(seen) > 2


async def test_another_language_is_drawn_in_its_own_script(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        hindi = await draw(visitor)
        await visitor.press("z", "L")
        await visitor.hear(5)
        assert await draw(visitor) != hindi


async def test_choices_stay_beside_it(visit: Visit) -> None:
    async with visit((80, 24)) as visitor:
        await visitor.open()
        await draw(visitor)
        await visitor.hear_out("दौड़कर")
        assert drawing(visitor) != ""
        assert "दोनों हाथों" in visitor.sees


async def test_it_stands_in_the_place_of_the_transcript_where_the_screen_is_short(
    visit: Visit,
) -> None:
    async with visit((80, 16)) as visitor:
        await visitor.open()
        await draw(visitor)
        transcript = visitor.app.screen.query_one(Transcript)
        assert not transcript.display
        assert visitor.app.screen.query_one(Caption).size.height >= 7
        await visitor.press("z")
        assert transcript.display


async def test_a_dialog_covers_it_and_it_comes_back(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        before = await draw(visitor)
        await visitor.press("question_mark")
        assert drawing(visitor) != before
        await visitor.press("escape")
        assert drawing(visitor) == before


async def test_it_is_drawn_anew_for_another_size(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        before = await draw(visitor)
        await visitor.pilot.resize_terminal(120, 40)
        await visitor.until(lambda: drawing(visitor) not in ("", before))
        assert max(map(len, drawing(visitor).splitlines())) <= 120


async def test_where_captions_are_off_it_says_so(visit: Visit, theatre: Any) -> None:
    settings = theatre.Settings(caption="off", reduced_motion=True)
    async with visit(settings=settings) as visitor:
        await visitor.open()
        await visitor.press("z")
        await visitor.until_sees("Drawn captions are")


async def test_without_what_shapes_scripts_it_says_what_to_do(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "check", lambda _: False)
    async with visit((120, 40)) as visitor:
        await visitor.open()
        await visitor.press("z")
        await visitor.until_sees("raqm")
        assert drawing(visitor) == ""


async def test_without_pillow_it_says_what_to_do(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = [name for name in sys.modules if name.startswith("player.tui.captions.")]
    for name in (*ours, "PIL"):
        if name != "player.tui.captions.caption":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "PIL", None)
    async with visit((120, 40)) as visitor:
        await visitor.open()
        await visitor.press("z")
        await visitor.until_sees("Pillow is not installed")
        assert drawing(visitor) == ""
