"""The program in windows of real terminals, at three sizes: boxes with unbroken sides, in Tamil."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

WIDE = 1640
BRIGHT = 150
SIZES = [(80, 24), (100, 30), (160, 50)]
ROW = 18
"""Pixels that a row has at least, in letters of 12 points."""
LEAST_ROWS = 4
"""Of a side of a box: what tells in passing has three."""
THIN = 3
"""Pixels of a line at most; what is broader is a mark or a scroll bar."""
WRITTEN = 200
"""Bright pixels where a transcript is seen."""
SIDES = {"asked": 63, "typed": 59, "help": 75}
"""Cells from the left side of a box to its right one."""


class Window:
    """A terminal emulator with the program in it, the keys, and a camera."""

    def __init__(self, command: list[str], around: dict[str, str]) -> None:
        self._around = around
        self.program = subprocess.Popen(command, env=around)

    def press(self, *keys: str) -> None:
        self._xdotool("mousemove", "300", "5", "key", *keys)

    def take_the_keys(self) -> None:
        """Give the keys to the window, as whoever arranges windows does."""
        found = self._xdotool("search", "--onlyvisible", "--class", ".").split()
        self._xdotool("windowfocus", found[-1])

    def is_written(self) -> bool:
        """Whether a transcript is seen."""
        picture = self._photograph()[3 * ROW * WIDE : 6 * ROW * WIDE]
        return sum(pixel > BRIGHT for pixel in picture) > WRITTEN

    def sides(self) -> list[tuple[int, int]]:
        """Find the unbroken vertical lines: (pixel column, length)."""
        picture = self._photograph()
        found: list[list[tuple[int, int]]] = []
        for x in range(WIDE):
            column = picture[x::WIDE].translate(DARK_OR_NOT)
            longest = max(map(len, column.split(b"\x00")))
            if longest < LEAST_ROWS * ROW:
                continue
            if found and found[-1][-1][0] == x - 1:
                found[-1].append((x, longest))
            else:
                found.append([(x, longest)])
        return [max(line, key=itemgetter(1)) for line in found if len(line) <= THIN]

    def _photograph(self) -> bytes:
        take = ["import", "-window", "root", "-depth", "8", "gray:-"]
        return subprocess.run(take, env=self._around, capture_output=True, check=True).stdout

    def _xdotool(self, *what: str) -> str:
        command = ["xdotool", *what]
        done = subprocess.run(command, env=self._around, capture_output=True, text=True, check=True)
        return done.stdout


DARK_OR_NOT = bytes(pixel > BRIGHT for pixel in range(256))


@pytest.fixture
def window(
    large_display: str, program_environment: Callable[..., dict[str, str]], tmp_path: Path
) -> Iterator[Callable[..., Window]]:
    """Open the program at the start of a Tamil story."""
    for program in ("import", "xdotool"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    opened: list[Window] = []
    config = tmp_path / "config" / "kahani" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        'language = "ta"\noutput = "silent"\nreduced_motion = true\ntheme = "kahani-contrast"\n'
    )
    homes = {f"XDG_{n.upper()}_HOME": str(tmp_path / n) for n in ("config", "data", "state")}
    around = program_environment(DISPLAY=large_display, HOME=str(tmp_path), **homes)

    def open_one(emulator: Callable[..., list[str]], size: tuple[int, int]) -> Window:
        kahani = [str(Path(sys.executable).with_name("kahani")), "play", "clever-crow"]
        opened.append(Window(emulator(kahani, size), around))
        return opened[-1]

    yield open_one
    for one in opened:
        one.program.terminate()
        one.program.wait(60)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_sides_of_every_box_are_unbroken_and_in_their_columns(
    emulator: Callable[..., list[str]],
    window: Callable[..., Window],
    size: tuple[int, int],
    wait_until: Callable[..., None],
) -> None:
    seen = window(emulator, size)
    wait_until(seen.is_written)
    seen.take_the_keys()
    widths: dict[str, list[int]] = {kind: [] for kind in SIDES}

    def look(kind: str) -> None:
        def is_whole() -> bool:
            """Whether both sides are seen; a toast may lie over one of them for a moment."""
            sides = seen.sides()
            return len(sides) == 2 and sides[0][1] == pytest.approx(sides[1][1], abs=ROW / 2)

        wait_until(is_whole)
        (left, _), (right, _) = seen.sides()
        widths[kind].append(right - left)

    def close() -> None:
        seen.press("Escape")
        wait_until(lambda: len(seen.sides()) == 0)

    seen.press("space", "T", "S")
    look("asked")
    close()
    seen.press("b")
    look("asked")
    seen.press("Return")
    wait_until(lambda: len(seen.sides()) == 0)
    seen.press("B", "question")
    look("help")
    close()
    seen.press("x")
    look("asked")
    close()
    seen.press("B", "o", "question")
    look("help")
    close()
    seen.press("Home", "Down", "Return")
    look("typed")

    cell = widths["asked"][0] / SIDES["asked"]
    for kind, found in widths.items():
        assert found == pytest.approx([SIDES[kind] * cell] * len(found), abs=2)
