"""The caption as sixels in a real xterm, looked at through screenshots."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from player.tui.captions.drawing import draw
from player.tui.captions.typesetting import Box, Typeset, typeset

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
SCREEN = (1400, 900)
TEXTS = {
    "hi": "गर्मी के दिन एक प्यासा कौआ क्षेत्र के ऊपर उड़ रहा था।",
    "ta": "ஒரு காகம் தண்ணீர் தேடிக் கொண்டிருந்தது.",
    "bn": "একটি তৃষ্ণার্ত কাক ক্ষেতের উপর জল খুঁজছিল।",
    "it": "La volpe chiese alla luna: «Perché non scendi?»",
}
CELL, BORDER = (10, 20), 3  # of the window and within it
LEFT, RIGHT = 2, 2  # the padding of the caption, in columns
BELOW = 1  # rows under it
COVERED = (20, 5, 3)  # the dialog: columns, rows, rows under it


class Window:
    """An xterm with the caption app in it."""

    def __init__(self, language: str, size: tuple[int, int], around: dict[str, str]) -> None:
        self.language, self.size = language, size
        self._around = around
        command = [sys.executable, str(HERE / "caption_app.py"), language]
        look = ["-ti", "vt340", "-u8", "-fa", "DejaVu Sans Mono", "-fs", "12"]
        look += ["-bg", "black", "-fg", "white", "-geometry", f"{size[0]}x{size[1]}+0+0"]
        script = '"$@"; printf "\\033[2J\\033[HLEFT"; exec cat'
        self.program = subprocess.Popen(
            ["xterm", *look, "-e", "sh", "-c", script, "sh", *command], env=around
        )
        self._keys = os.open(around["CAPTION_KEYS"], os.O_RDWR)

    def press(self, key: str) -> None:
        os.write(self._keys, key.encode())

    @property
    def sees(self) -> Image.Image:
        """What is on the screen, in shades of gray."""
        take = ["import", "-window", "root", "-depth", "8", "gray:-"]
        shot = subprocess.run(take, env=self._around, capture_output=True, check=True).stdout
        return Image.frombytes("L", SCREEN, shot[: SCREEN[0] * SCREEN[1]])

    @property
    def caption(self) -> Image.Image:
        """What is in the cells of the caption."""
        rows = self.rows
        left, top = BORDER + LEFT * CELL[0], BORDER + (self.size[1] - BELOW - rows) * CELL[1]
        wide = (self.size[0] - LEFT - RIGHT) * CELL[0]
        return self.sees.crop((left, top, left + wide, top + rows * CELL[1]))

    @property
    def rows(self) -> int:
        return min(max(int(self.size[1] * 0.3), 7), 14)

    @property
    def line(self) -> Typeset:
        wide, high = (self.size[0] - LEFT - RIGHT) * CELL[0], self.rows * CELL[1]
        largest = min(4 * CELL[1], high * 3 // 5)
        return typeset(TEXTS[self.language], self.language, Box(wide, high, CELL[1], largest))

    def wanted(self, word: tuple[int, int] = (0, 0)) -> Image.Image:
        """What should be in the cells of the caption, white on black."""
        masks = draw(self.line, 0, word)
        return ImageChops.lighter(masks.plain, masks.marked)

    def close(self) -> None:
        self.program.terminate()
        self.program.wait(60)
        os.close(self._keys)


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Return the correlation of two pictures: 1 for the same, 0 for nothing in common."""
    a, b = ImageStat.Stat(one), ImageStat.Stat(other)
    if not a.stddev[0] or not b.stddev[0]:
        return 0.0
    product = sum(x * y for x, y in zip(one.tobytes(), other.tobytes(), strict=True))
    mean = product / (one.width * one.height) - a.mean[0] * b.mean[0]
    return mean / (a.stddev[0] * b.stddev[0])


def brightest(picture: Image.Image) -> int:
    return max(picture.tobytes())


Open = Callable[..., Window]


@pytest.fixture
def window(
    display: str, program_environment: Callable[..., dict[str, str]], tmp_path: Path
) -> Iterator[Open]:
    """Open an xterm that has sixels."""
    for program in ("xterm", "import"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    opened: list[Window] = []
    keys = tmp_path / "keys"
    os.mkfifo(keys)
    around = program_environment(DISPLAY=display, CAPTION_KEYS=str(keys), KAHANI_CAPTION="auto")

    def open_one(language: str, size: tuple[int, int] = (80, 24)) -> Window:
        opened.append(Window(language, size, around))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
@pytest.mark.parametrize("language", TEXTS)
def test_the_line_is_on_the_screen_as_it_was_drawn(
    window: Open, wait_until: Callable[..., None], language: str, size: tuple[int, int]
) -> None:
    xterm = window(language, size)
    xterm.press("z")
    wait_until(lambda: likeness(xterm.caption, xterm.wanted()) > 0.95)


def test_it_follows_the_word_is_covered_and_goes(
    window: Open, wait_until: Callable[..., None]
) -> None:
    xterm = window("hi")
    xterm.press("z")
    wait_until(lambda: likeness(xterm.caption, xterm.wanted()) > 0.95)
    xterm.press("w")
    marked = xterm.wanted((0, 5)).point(lambda value: 255 * (value > 0))
    under = xterm.line.top(0) + xterm.line.pitch - xterm.line.gap - xterm.line.stroke
    stripe = (0, under, 120, under + 2)
    wait_until(lambda: likeness(xterm.caption.crop(stripe), marked.crop(stripe)) > 0.9)

    columns, rows, below = COVERED
    top = (xterm.rows + BELOW - below - rows) * CELL[1]
    left = ((xterm.size[0] - columns) // 2 - LEFT) * CELL[0]
    dialog = (left, top, left + columns * CELL[0], top + rows * CELL[1])
    before = xterm.caption
    xterm.press("d")
    corner = (dialog[0], dialog[3] - CELL[1], dialog[2], dialog[3])
    wait_until(lambda: ImageStat.Stat(xterm.caption.crop(corner)).stddev[0] < 1)
    covered = xterm.caption
    beside = (0, 0, dialog[0], covered.height)
    assert likeness(covered.crop(beside), before.crop(beside)) > 0.99
    xterm.press("d")
    wait_until(lambda: likeness(xterm.caption, before) > 0.99)

    xterm.press("z")
    wait_until(lambda: brightest(xterm.caption) < 40)


def test_no_line_is_lost_when_many_words_have_been_heard(
    window: Open, wait_until: Callable[..., None]
) -> None:
    """An xterm keeps sixteen images and forgets the oldest."""
    xterm = window("hi", (120, 40))
    xterm.press("z")
    wait_until(lambda: likeness(xterm.caption, xterm.wanted()) > 0.95)
    words = list(re.finditer(r"\S+", TEXTS["hi"]))
    for word in words:
        xterm.press("w")
        last = xterm.wanted(word.span())
        wait_until(lambda last=last: likeness(xterm.caption, last) > 0.9)
    assert len(words) > 8  # each is two images here


def test_nothing_of_it_is_left_behind_by_the_program(
    window: Open, wait_until: Callable[..., None]
) -> None:
    xterm = window("bn")
    xterm.press("z")
    wait_until(lambda: likeness(xterm.caption, xterm.wanted()) > 0.95)
    xterm.press("q")
    word = (0, 0, 200, BORDER + CELL[1])
    wait_until(lambda: brightest(xterm.caption) < 40 and brightest(xterm.sees.crop(word)) > 200)
