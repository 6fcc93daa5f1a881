from __future__ import annotations

import html
import re

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from player.tui.script import show
from player.tui.script.encoding import PRIVATE_USE, encode
from player.tui.script.pictures import decode_svg

TEXT = re.compile(r'<text class="[^"]*" x="([^"]*)"[^>]* textLength="([^"]*)"[^>]*>([^<]*)</text>')


class Picture(App[None]):
    CSS = "Static { border: round white; width: 40; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        yield Static(show(self.text), markup=False)


async def picture_of(text: str) -> str:
    app = Picture(text)
    async with app.run_test(size=(44, 5)):
        return app.export_screenshot(title="kahani")


async def test_a_picture_shows_real_words_where_their_cells_are() -> None:
    svg = decode_svg(await picture_of("एक <स्त्री> & ok"))

    assert re.search(f"[{PRIVATE_USE}]", svg) is None
    found = {
        html.unescape(text): (float(x), float(length)) for x, length, text in TEXT.findall(svg)
    }
    cell = found["एक"][1] / 2
    assert found["स्त्री"] == pytest.approx((cell * 5, cell * 4))
    borders = [float(x) for x, _, text in TEXT.findall(svg) if text == "│"]
    assert borders == [0, pytest.approx(cell * 39)]


async def test_a_picture_does_not_depend_on_what_was_encoded_before() -> None:
    encode("ङ्घ्र")
    first = decode_svg(await picture_of("बिल्कुल नया वाक्य"))
    again = decode_svg(await picture_of("बिल्कुल नया वाक्य"))
    assert first == again
    assert re.search(r"terminal-\d+-r1", first)


async def test_a_picture_without_such_text_is_left_as_it_is() -> None:
    svg = await picture_of("plain")
    assert decode_svg(svg) == svg
