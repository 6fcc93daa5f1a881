"""Choose the canvas for this terminal: asked once, when the first caption is wanted.

Imports Pillow, which takes a while: import this only then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from player.tui.captions.canvas import BrailleCanvas, Canvas, ImageCanvas
from player.tui.captions.kitty import KittyPainter
from player.tui.captions.sixel import SixelPainter
from player.tui.captions.typesetting import check
from player.tui.captions.ways import QUESTIONS, Way, cell_of, may_ask, way_of

_UNTOLD: Final = (10, 20)
"""Pixels of a cell where nobody tells: kitty fits an image into its cells, whatever they are."""


async def choose_canvas(driver: Any, wanted: str, environ: Mapping[str, str]) -> Canvas | None:
    """Return what to draw on, None where captions are off.

    `wanted` is the name of a way; `driver` is the app's, and gets dots where it cannot paint
    images. Raises MissingPartError where nothing can be drawn.
    """
    way = Way(wanted)
    if way is Way.OFF:
        return None
    check()
    if way is Way.BRAILLE or not hasattr(driver, "ask"):
        return BrailleCanvas()
    answers = ""
    if may_ask(environ):
        answers = await driver.ask(QUESTIONS)
    if way is Way.AUTO:
        way = way_of(answers)
    counted = driver.cell_pixels()
    cell = cell_of(answers) or counted
    if way is Way.KITTY:
        driver.painter = KittyPainter()
        return ImageCanvas(driver.painter, cell or _UNTOLD, counted)
    if way is Way.SIXEL and cell is not None:
        driver.painter = SixelPainter()
        return ImageCanvas(driver.painter, cell, counted)
    return BrailleCanvas()
