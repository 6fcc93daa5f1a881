from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

Emulator = Callable[[list[str]], list[str]]
MeasuredIn = Callable[[Emulator, list[str]], list[tuple[int, int, int]]]
HERE = Path(__file__).parent
ENOUGH = 200
SCREEN_WIDTH, BRIGHT = 1400, 150
BOX_CELLS, DIALOG_CELLS = 76, 22


@pytest.mark.slow
def test_the_cursor_stands_where_the_encoding_says_after_every_line(
    any_terminal: Emulator, measured_in: MeasuredIn, translated_lines: dict[str, list[str]]
) -> None:
    assert all(len(lines) >= ENOUGH for lines in translated_lines.values())
    marks = set("".join(translated_lines["hi-Latn"] + translated_lines["bn-Latn"]))
    assert {"\N{COMBINING TILDE}", "\N{COMBINING RING BELOW}"} <= marks

    told = [(language, line) for language, lines in translated_lines.items() for line in lines]
    measured = measured_in(any_terminal, [line for _, line in told])

    wrong = [
        (line, model, cursor)
        for line, (model, cursor, _) in zip(told, measured, strict=True)
        if model != cursor
    ]
    assert wrong == []


@pytest.fixture
def photograph(
    display: str, program_environment: Callable[..., dict[str, str]]
) -> Iterator[Callable[[Emulator], Callable[[], bytes]]]:
    """Show the dialog over mixed text in a window; give a camera (gray, one byte a pixel)."""
    if shutil.which("import") is None:
        pytest.skip("ImageMagick is not installed")
    windows: list[subprocess.Popen[bytes]] = []
    around = program_environment(DISPLAY=display)

    def show(emulator: Emulator) -> Callable[[], bytes]:
        command = emulator([sys.executable, str(HERE / "overlay_app.py"), "aksara"])
        windows.append(subprocess.Popen(command, env=around))
        take = ["import", "-window", "root", "-depth", "8", "gray:-"]
        return lambda: subprocess.run(take, env=around, capture_output=True, check=True).stdout

    yield show
    for window in windows:
        window.terminate()
        window.wait(60)


def upright_lines(picture: bytes) -> list[tuple[int, int]]:
    """Find the unbroken vertical lines: (pixel column, length), those of 60 pixels and more."""
    found: list[tuple[int, int]] = []
    for x in range(SCREEN_WIDTH):
        column = bytes(pixel > BRIGHT for pixel in picture[x::SCREEN_WIDTH])
        longest = max(map(len, column.split(b"\x00")))
        if longest >= 60:
            found.append((x, longest))
    merged = found[:1]
    for (before, _), line in pairwise(found):
        if line[0] > before + 1:
            merged.append(line)
    return merged


@pytest.mark.slow
def test_the_borders_are_unbroken_lines_on_the_screen(
    emulator: Emulator,
    photograph: Callable[[Emulator], Callable[[], bytes]],
    wait_until: Callable[..., None],
) -> None:
    camera = photograph(emulator)
    lines: list[tuple[int, int]] = []

    def is_painted() -> bool:
        lines[:] = upright_lines(camera())
        return len(lines) == 4

    wait_until(is_painted)
    left, dialog_left, dialog_right, right = (x for x, _ in lines)
    cell = (right - left) / BOX_CELLS
    assert dialog_right - dialog_left == pytest.approx(DIALOG_CELLS * cell, abs=1)
    assert lines[0][1] == pytest.approx(lines[3][1], abs=4)  # corners differ
    assert lines[1][1] == pytest.approx(lines[2][1], abs=4)
